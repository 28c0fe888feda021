import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { instantText } from "@featstore/definitions/compiler";
import type { SampleDatabase } from "./sample-database";
import { SampleError } from "./sample-error";
import {
  checkSampleTables,
  createStaging,
  dropStaging,
  findVectorType,
  publishStaging,
  type SampleShape,
  stagingTable,
} from "./sample-tables";
import { speechTables } from "./speech-tables";

export interface LoadSampleOptions {
  readonly database: SampleDatabase;
  /** The folder with `speeches.ndjson.gz`, `analyses.ndjson.gz` and `speech_embeddings.ndjson.gz`. */
  readonly folder: string;
  /** Microseconds since 1970 UTC; all times are shifted so that the newest analysis is an hour older. */
  readonly until: bigint;
  /** Default `public`. */
  readonly schema?: string;
  /** Replace tables of these names that are not sample data. Default false. */
  readonly replace?: boolean;
}

export interface LoadedSample {
  readonly speeches: number;
  readonly analyses: number;
  /** False without pgvector; the tables then have no embedding columns. */
  readonly embeddings: boolean;
}

type Row = Readonly<Record<string, unknown>>;

const HOUR = 3_600_000_000n;
const unzip = promisify(gunzip);

async function readRows(folder: string, name: string): Promise<Row[]> {
  const file = join(folder, `${name}.ndjson.gz`);
  try {
    const text = (await unzip(await readFile(file))).toString("utf8");
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SampleError("sample_unreadable", `The sample's file ${file} cannot be read: ${reason}`, {
      cause: error,
    });
  }
}

/** Converts `2024-06-01T12:00:00.123456` (UTC) to microseconds. */
function microsOf(text: string): bigint {
  return BigInt(Date.parse(`${text.slice(0, 23)}Z`)) * 1000n + BigInt(text.slice(23));
}

function fieldOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Builds one CSV line; null is an empty field, any text is quoted. */
function csvLine(values: readonly (string | null)[]): string {
  return `${values.map((value) => (value === null ? "" : `"${value.replaceAll('"', '""')}"`)).join(",")}\n`;
}

/** Writes rows as CSV; all columns whose names end in `_at` are times, which are shifted. */
function* csvOf(rows: readonly Row[], columns: readonly string[], shift: bigint): Generator<string> {
  for (const row of rows) {
    yield csvLine(
      columns.map((column) =>
        column.endsWith("_at") ? instantText(microsOf(String(row[column])) + shift).slice(0, -1) : fieldOf(row[column]),
      ),
    );
  }
}

/**
 * Loads the shipped sample into `speeches` and `analyses` and replaces existing sample data atomically: a killed load
 * leaves the tables unchanged, and the next load clears its leftovers.
 *
 * Throws a `SampleError`: `sample_table_exists` (the tables are not sample data, and not `replace`),
 * `sample_table_in_use` (something depends on the old ones), `sample_unreadable`.
 *
 * @example await loadSample({ database, folder: "samples/state-of-the-union/data", until: 1_767_225_600_000_000n })
 */
export async function loadSample(options: LoadSampleOptions): Promise<LoadedSample> {
  const { database, folder, until, schema = "public", replace = false } = options;
  const speeches = await readRows(folder, "speeches");
  const analyses = await readRows(folder, "analyses");
  const vectors = new Map((await readRows(folder, "speech_embeddings")).map((row) => [row.id, row.body_embedding]));
  const shapeOf = (vectorType: string | undefined): SampleShape => ({
    schema,
    tables: speechTables(vectorType),
    tenants: false,
  });
  await checkSampleTables(database, shapeOf(undefined), replace);
  const vectorType = await findVectorType(database);
  const shape = shapeOf(vectorType);

  const newest =
    analyses
      .map((row) => microsOf(String(row.analyzed_at)))
      .toSorted((a, b) => (a < b ? -1 : 1))
      .at(-1) ?? 0n;
  const shift = until - HOUR - newest;
  const columnsOf = (rows: readonly Row[]) => Object.keys(rows[0] ?? {});
  const embedded = speeches.map((row) => ({ ...row, body_embedding: vectors.get(row.id) ?? null }));
  const speechRows = vectorType === undefined ? speeches : embedded;

  await createStaging(database, shape);
  try {
    const load = (table: "speeches" | "analyses", rows: readonly Row[]) => {
      const columns = columnsOf(rows);
      return database.copyFrom({ table: stagingTable(shape, table), columns }, csvOf(rows, columns, shift));
    };
    const loaded = { speeches: await load("speeches", speechRows), analyses: await load("analyses", analyses) };
    await publishStaging(database, shape, "the US State of the Union addresses, 1790 to 2021, and analyses of them");
    return { ...loaded, embeddings: vectorType !== undefined };
  } catch (error) {
    // Keeps the original error; the next load clears leftovers.
    await dropStaging(database, shape).catch(() => {});
    throw error;
  }
}
