import { createHash } from "node:crypto";
import type { CatalogFiles } from "@featstore/definitions/compiler";
import { type CallOptions, quoteText } from "../../database/index";
import { EngineError } from "../engine-error";
import { type DuckdbSession, isNoFile } from "./process/index";

interface SchemaRow {
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

/** The columns of Parquet files, as their footers declare them. */
export interface FileSchemas {
  /** The columns that have no nulls in any file. */
  readonly required: ReadonlySet<string>;
  /** For each column that not all files have with one type, a sentence that names two files. */
  readonly inconsistent: ReadonlyMap<string, string>;
}

/** Compares the schemas of all files of a path or pattern. Errors: `engine_source_failed` for a damaged file, which it names. */
export async function compareSchemas(session: DuckdbSession, path: string): Promise<FileSchemas> {
  const schemas = await differentSchemas(session, path).catch((error: unknown) => nameDamaged(session, path, error));
  const names = [...new Set(schemas.flatMap(({ columns }) => [...columns.keys()]))];
  const faults = names.map((name) => [name, inconsistency(name, schemas)] as const);
  return {
    required: new Set(names.filter((name) => schemas.every(({ columns }) => columns.get(name)?.isRequired === true))),
    inconsistent: new Map(faults.flatMap(([name, fault]) => (fault === null ? [] : [[name, fault] as const]))),
  };
}

/**
 * Requires that all files of a path have columns with one type each: DuckDB would convert the values of the others to the type of
 * the first file, and round them. `columns`: null for all columns of any file. Errors: `engine_source_failed`, which names a file.
 */
export async function requireConsistentColumns(
  session: DuckdbSession,
  path: string,
  columns: readonly string[] | null,
): Promise<void> {
  const { inconsistent } = await compareSchemas(session, path);
  for (const name of columns ?? inconsistent.keys()) {
    const fault = inconsistent.get(name);
    if (fault !== undefined) throw new EngineError("engine_source_failed", fault);
  }
}

/** A schema, and the first of the files that have it. */
interface FileSchema {
  readonly path: string;
  readonly columns: ReadonlyMap<string, FileColumn>;
}

/** The schemas of files without duplicates, so that a hundred thousand files give a few rows. */
async function differentSchemas(session: DuckdbSession, path: string): Promise<readonly FileSchema[]> {
  const rows = await session.rows<{ path: string; columns: string }>(`select min(file) as path, columns
from (
  select file_name as file, cast(to_json(list({
    name: name, children: num_children, repetition: repetition_type,
    type: concat_ws(' ', coalesce(duckdb_type, type), if(num_children is null, null, coalesce(logical_type, converted_type, 'nested')))
  } order by column_id)) as varchar) as columns
  from parquet_schema(${quoteText(path)}) group by file_name
)
group by columns order by path`);
  return rows.map(({ path, columns }) => ({
    path,
    columns: columnsOf(JSON.parse(columns) as readonly SchemaRow[]), // built above
  }));
}

/** DuckDB names no file whose footer does not parse, so each is read alone. */
async function nameDamaged(session: DuckdbSession, path: string, error: unknown): Promise<never> {
  if (!(error instanceof EngineError) || isNoFile(error)) throw error;
  const files = await listFiles(session, [path]);
  const isNamed = files.some((file) => error.detail.includes(file.path));
  for (const file of isNamed ? [] : files)
    await session.rows(`select 1 from parquet_schema(${quoteText(file.path)}) limit 1`).catch(() => {
      throw new EngineError("engine_source_failed", `The footer of ${file.path} is damaged.`, { cause: error });
    });
  throw error;
}

/** Returns a sentence about the first two files that do not have the column with one type; null if there are none. */
function inconsistency(name: string, schemas: readonly FileSchema[]): string | null {
  const having = schemas.find(({ columns }) => columns.has(name));
  const type = having?.columns.get(name)?.type;
  for (const { path, columns } of schemas) {
    const own = columns.get(name);
    if (own === undefined) return `${path} has no column "${name}", which ${having?.path} has`;
    if (own.type !== type) return `column "${name}" is ${type} in ${having?.path}, but ${own.type} in ${path}`;
  }
  return null;
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
