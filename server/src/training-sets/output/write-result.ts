import { createHash } from "node:crypto";
import type { ParquetThread } from "../../columnar/index";
import { FeatstoreError } from "../../core/index";
import type { CallOptions } from "../../database/index";
import type { TrainingSetFiles } from "../training-set-files";
import type { HeldTrainingSet } from "../training-set-types";
import type { ResultColumn, ResultRow, TrainingFormat } from "./result-column";
import type { ResultRows } from "./result-rows";

type Writer = (
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
) => AsyncGenerator<Uint8Array>;

export interface WrittenResult {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Streams the result into the job's folder and computes its SHA-256. Errors: those of the rows. */
export async function writeResult(
  { files, parquet: thread }: { readonly files: TrainingSetFiles; readonly parquet: ParquetThread },
  held: HeldTrainingSet,
  result: ResultRows,
  format: TrainingFormat,
  options: CallOptions,
): Promise<WrittenResult> {
  const file = `data.${format}`;
  const writers: Readonly<Record<TrainingFormat, Writer>> = {
    csv,
    jsonl: jsonLines,
    parquet: (columns, chunks) => parquet(thread, columns, chunks, options),
  };
  const writer = writers[format];
  const target = await files.create(held, file);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const piece of writer(result.columns, result.chunks(options))) {
      hash.update(piece);
      await target.write(piece);
      bytes += piece.byteLength;
    }
  } finally {
    await target.close();
  }
  return { file, bytes, sha256: hash.digest("hex") };
}

/**
 * Writes rows as CSV with a header and LF. Null is an empty field and the empty text is `""`; int64 and decimal have all
 * their digits; arrays, vectors and JSON are JSON texts.
 */
export async function* csv(
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
): AsyncGenerator<Uint8Array> {
  const isJson = columns.map(({ type }) => type === "json");
  yield Buffer.from(`${columns.map(({ name }) => fieldOf(name)).join(",")}\n`);
  const lineOf = (row: ResultRow): string =>
    `${row.map((json, index) => (json === null ? "" : cellText(json, isJson[index] ?? false))).join(",")}\n`;
  for await (const rows of chunks) yield Buffer.from(rows.map(lineOf).join(""));
}

function cellText(json: string, isJson: boolean): string {
  return fieldOf(json.startsWith('"') && !isJson ? String(JSON.parse(json)) : json);
}

function fieldOf(text: string): string {
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Writes rows as JSON Lines with values as in online reads: int64 and decimal features and int64 keys are strings. Whole
 * numbers of a spine's own columns are strings beyond 2^53 - 1, where a JSON number is not exact.
 */
export async function* jsonLines(
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
): AsyncGenerator<Uint8Array> {
  const prefixes = columns.map(({ name }, index) => `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`);
  const isOwnWhole = columns.map(({ role, type }) => role === "passthrough" && type !== "float64");
  const lineOf = (row: ResultRow): string => {
    let line = "";
    for (const [index, prefix] of prefixes.entries()) {
      const json = row[index] ?? "null";
      line += prefix + (isOwnWhole[index] === true && isInexact(json) ? `"${json}"` : json);
    }
    return `${line}}\n`;
  };
  for await (const rows of chunks) yield Buffer.from(rows.map(lineOf).join(""));
}

function isInexact(json: string): boolean {
  return json.length > 15 && /^-?\d+$/.test(json) && !Number.isSafeInteger(Number(json));
}

/** Writes rows as Parquet with the types of `arrowSchema`, encoded in the thread. Errors: those of the rows, `parquet_failed`. */
export async function* parquet(
  thread: ParquetThread,
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
  { signal, deadlineMs }: CallOptions = {},
): AsyncGenerator<Uint8Array> {
  const deadline = deadlineMs === undefined ? undefined : AbortSignal.timeout(deadlineMs);
  const signals = [signal, deadline].filter((each) => each !== undefined);
  const session = thread.openWrite({ signal: AbortSignal.any(signals) });
  try {
    await session.call("beginFile", columns);
    for await (const rows of chunks) yield* await session.call("writeRows", rows);
    yield* await session.call("endFile", null);
  } catch (error) {
    if (deadline?.aborted !== true) throw error;
    throw new FeatstoreError(
      "parquet_failed",
      "Parquet was not written in time: request fewer columns, or raise training_sets.deadline_minutes.",
    );
  } finally {
    session.end();
  }
}
