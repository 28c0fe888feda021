import { createHash } from "node:crypto";
import type { CatalogFiles } from "@featstore/definitions/compiler";
import { type CallOptions, quoteText } from "../../database/index";
import { EngineError } from "../engine-error";
import { type DuckdbSession, isNoFile } from "./process/index";

/** Files whose schemas are compared; of more files, as many are chosen evenly. A run reports what these do not show. */
const MAX_COMPARED = 256;

interface SchemaRow {
  readonly file: string;
  readonly name: string;
  readonly children: string | null;
  readonly type: string;
  readonly repetition: string | null;
}

interface FileColumn {
  /** The types of the column and its parts. */
  readonly type: string;
  readonly isRequired: boolean;
}

export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  readonly changedAt: string;
}

/** Lists the files of paths or patterns; empty if one has none. Each is opened, so that a link out of the roots is refused. */
export async function listFiles(
  session: DuckdbSession,
  paths: readonly string[],
  options?: CallOptions,
): Promise<readonly ListedFile[]> {
  const text = `select distinct filename as path, cast(size as varchar) as bytes, strftime(last_modified, '%Y-%m-%dT%H:%M:%S.%fZ') as "changedAt"
from read_blob([${paths.map(quoteText).join(", ")}]) order by path`;
  try {
    const rows = await session.rows<{ path: string; bytes: string; changedAt: string }>(text, options);
    return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
  } catch (error) {
    if (isNoFile(error)) return [];
    throw error;
  }
}

/** Summarizes listed files. */
export function filesSummary(files: readonly ListedFile[]): CatalogFiles {
  const listed = files.map(({ path, bytes, changedAt }) => [path, bytes, changedAt] as const);
  return {
    count: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    digest: createHash("sha256").update(JSON.stringify(listed)).digest("hex"),
  };
}

/**
 * Compares the schemas of Parquet files and returns the columns that have no nulls in any of them. Errors: `engine_source_failed`,
 * which names the file whose columns or types differ from those of the first.
 */
export async function requireOneSchema(session: DuckdbSession, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const step = Math.max(1, paths.length / MAX_COMPARED);
  const compared = Array.from(
    { length: Math.min(paths.length, MAX_COMPARED) },
    (_, at) => paths[Math.floor(at * step)] ?? "",
  );
  const rows = await schemaRows(session, compared).catch((error: unknown) => nameDamaged(session, compared, error));
  const byFile = new Map<string, SchemaRow[]>();
  for (const row of rows) {
    const own = byFile.get(row.file);
    if (own === undefined) byFile.set(row.file, [row]);
    else own.push(row);
  }
  const files = [...byFile].map(([path, own]) => ({ path, columns: columnsOf(own) }));
  const [first, ...others] = files;
  if (first === undefined) return new Set();
  for (const other of others) requireEqual(first, other);
  return new Set(
    [...first.columns.keys()].filter((name) => files.every(({ columns }) => columns.get(name)?.isRequired === true)),
  );
}

function schemaRows(session: DuckdbSession, paths: readonly string[]): Promise<readonly SchemaRow[]> {
  return session.rows<SchemaRow>(`select file_name as file, name, num_children as children, repetition_type as repetition,
  concat_ws(' ', coalesce(duckdb_type, type), if(num_children is null, null, coalesce(logical_type, converted_type, 'nested'))) as type
from parquet_schema([${paths.map(quoteText).join(", ")}]) order by file_name, column_id`);
}

/** DuckDB names no file whose footer does not parse, so each is read alone. */
async function nameDamaged(session: DuckdbSession, paths: readonly string[], error: unknown): Promise<never> {
  const isNamed = !(error instanceof EngineError) || paths.some((path) => error.detail.includes(path));
  for (const path of isNamed ? [] : paths)
    await schemaRows(session, [path]).catch(() => {
      throw new EngineError("engine_source_failed", `The footer of ${path} is damaged.`, { cause: error });
    });
  throw error;
}

type FileSchema = { readonly path: string; readonly columns: ReadonlyMap<string, FileColumn> };

function requireEqual(first: FileSchema, other: FileSchema): void {
  const fail = (what: string) => new EngineError("engine_source_failed", what);
  for (const [name, { type }] of first.columns) {
    const own = other.columns.get(name);
    if (own === undefined) throw fail(`${other.path} has no column "${name}", which ${first.path} has`);
    if (own.type !== type) throw fail(`column "${name}" is ${type} in ${first.path}, but ${own.type} in ${other.path}`);
  }
  for (const name of other.columns.keys())
    if (!first.columns.has(name)) throw fail(`${other.path} has a column "${name}", which ${first.path} does not have`);
}

/** The columns of one file. Its rows are a tree in depth-first order; the first is the root. */
function columnsOf([, ...rows]: readonly SchemaRow[]): ReadonlyMap<string, FileColumn> {
  const columns = new Map<string, FileColumn>();
  let at = 0;
  const take = (): string => {
    const row = rows[at++];
    if (row === undefined) return "";
    const parts = Array.from({ length: Number(row.children ?? 0) }, take);
    return parts.length === 0 ? row.type : `${row.type} (${parts.join(", ")})`;
  };
  while (at < rows.length) {
    const { name = "", repetition = null } = rows[at] ?? {};
    columns.set(name, { type: take(), isRequired: repetition === "REQUIRED" });
  }
  return columns;
}
