import type { FeatureView } from "@featstore/definitions/compiler";
import type { JoinedRow, SpineAt } from "../spines";
import type { OpenEngine, OperationOptions } from "./process/index";
import type { SpineRange } from "./spine-copies";
import { streamed, textLines } from "./stream-rows";
import { readsOf } from "./with-sources";

/** A query over a spine that DuckDB answers for a part of the spine's rows at a time. */
export interface PartedQuery {
  readonly spine: SpineAt;
  /** The views whose sources it reads. */
  readonly views: readonly FeatureView[];
  /** The statements that prepare a part. */
  prepare(range: SpineRange): readonly string[];
  /** Selects texts only. */
  readonly text: string;
  readonly parameters: readonly (string | null)[];
}

/**
 * Rows of a spine that are joined at once, per MiB of the engine's memory. Some aggregates keep something of every pair of a spine row and
 * a source row in memory, and DuckDB cannot move it to disk. Each part reads the sources anew.
 */
const ROWS_PER_MEBIBYTE = 200;

/** Streams the rows of the parts, one part after another; bytes pass through the process unparsed until they are rows. */
export async function* rowsInParts(
  engine: OpenEngine,
  { spine, views, prepare, text, parameters }: PartedQuery,
  options: OperationOptions,
): AsyncGenerator<readonly JoinedRow[]> {
  const bytes = streamed(engine, readsOf(views), options, async function* (duckdb) {
    for (const range of rangesOf(spine, engine.settings.memoryMb)) {
      for (const statement of prepare(range)) await duckdb.run(statement);
      yield* duckdb.stream(text, "json", { parameters });
    }
  });
  for await (const lines of textLines(bytes)) yield lines.map((line) => JSON.parse(line) as JoinedRow); // texts
}

/** Divides a spine by the numbers of its rows. */
function* rangesOf({ rows }: SpineAt, memoryMb: number): Generator<SpineRange> {
  const step = memoryMb * ROWS_PER_MEBIBYTE;
  for (let first = 0; first < rows; first += step) yield { first, end: first + step };
}
