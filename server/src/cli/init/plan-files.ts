import { type FilePartition, type FilesRelation, filePathFault, pathBelowRoots } from "@featstore/definitions/compiler";
import { CommandProblem, type Config, type EngineSettings } from "../../core/index";
import type { FilesReader } from "../../engine/index";
import { isKeyType } from "./author-types";
import { nameOfFiles, partitionsIn, placeOf } from "./files-place";
import type { PlannedDefinition } from "./plan-definition";
import type { TableDescription } from "./plan-population";

export interface NamedFiles {
  readonly engine: string;
  readonly path: string;
}

/** Files as the options name them, below a root of their engine. */
export interface PlacedFiles extends NamedFiles {
  readonly settings: EngineSettings;
}

/** Returns the files that the options name; undefined if they name none. */
export function namedFiles(
  engine: string | undefined,
  path: string | undefined,
  table: string | undefined,
): NamedFiles | undefined {
  if (engine === undefined && path === undefined) return undefined;
  if (table === undefined && engine !== undefined && path !== undefined) return { engine, path };
  const missing = engine === undefined ? "--engine" : "--path";
  throw new CommandProblem({
    code: "files_not_named",
    what: table === undefined ? `${missing} is missing` : "the options name a table and files",
    advice: "name a table with --table, or files with --engine lake --path 'plays/*.parquet'",
    exit: "usage",
  });
}

/**
 * Places files below a root of their engine. An engine that is not configured gets a root: the folder above the files.
 *
 * @throws CommandProblem `path_invalid`, `path_outside_roots`, `engine_name_invalid`
 */
export function placeFiles(
  { engine, path }: NamedFiles,
  { engines, dataDir }: Config,
  workingFolder: string,
): PlacedFiles {
  const fault = filePathFault(path);
  if (fault !== null) throw pathProblem("path_invalid", path, fault);
  const configured = Object.hasOwn(engines, engine) ? engines[engine] : undefined;
  if (configured === undefined && (!/^[a-z][a-z0-9_]{0,39}$/.test(engine) || engine === "postgres"))
    throw new CommandProblem({
      code: "engine_name_invalid",
      what: `expected a name such as lake, got ${JSON.stringify(engine)}`,
      where: "--engine",
      exit: "usage",
    });
  if (configured === undefined) {
    const place = placeOf(path, workingFolder);
    return { engine, path: place.path, settings: newSettings(engine, place.root, dataDir) };
  }
  if (pathBelowRoots(path, configured.roots) === null) {
    const roots = configured.roots.length === 0 ? "it has none" : configured.roots.join(", ");
    throw pathProblem("path_outside_roots", path, `it is outside of the roots of ${engine}: ${roots}`);
  }
  return { engine, path, settings: configured };
}

/** The settings of an engine as `engines: { lake: { kind: duckdb, roots: […] } }` would give them, with less memory. */
function newSettings(name: string, root: string, dataDir: string): EngineSettings {
  return {
    kind: "duckdb",
    url: null,
    staging: `${dataDir}/engines/${name}`,
    results: null,
    memoryMb: 256,
    threads: 1,
    roots: [root],
    extensions: null,
    s3: { endpoint: null, region: null },
  };
}

/**
 * Describes Parquet files as a definition names them, with the columns in names of folders.
 *
 * @throws CommandProblem `files_unreadable`
 */
export async function describeFiles(
  reader: Pick<FilesReader, "list" | "describe">,
  { engine, path }: NamedFiles,
): Promise<TableDescription> {
  const partitions: readonly FilePartition[] = partitionsIn(await reader.list(path));
  const found = await reader.describe({
    ...{ kind: "files", engine, path },
    ...(partitions.length === 0 ? {} : { partitions }),
  });
  if (found.state !== "found")
    throw pathProblem("files_unreadable", path, found.state === "failed" ? found.reason : "no file is there");
  const { uniqueKeys, inconsistentColumns = {} } = found;
  // Sources may leave out columns that not all files have.
  const columns = found.columns.filter(({ name }) => inconsistentColumns[name] === undefined);
  const files = { engine, path, partitions };
  return { schema: "", table: nameOfFiles(path), columns, uniqueKeys, primaryKey: [], foreignKeys: [], files };
}

/** Chooses the tie break of a source over files, which declare no unique key: a column whose values tell it; empty without one. */
export async function filesTieBreak(
  reader: Pick<FilesReader, "distinctColumn">,
  relation: FilesRelation,
  { key, columns, time, history }: PlannedDefinition,
): Promise<readonly string[]> {
  if (history.history === "current") return [];
  const candidates = columns.filter((column) => column !== time && isKeyType(column.type));
  const names = (list: readonly { readonly column: string }[]) => list.map(({ column }) => column);
  const found = await reader.distinctColumn(relation, names(key), names(candidates));
  return found === null ? [] : [found];
}

function pathProblem(code: string, path: string, reason: string): CommandProblem {
  return new CommandProblem({
    code,
    what: `${JSON.stringify(path)}: ${reason}`,
    where: "--path",
    advice: "name Parquet files by a path or a pattern in quotes: --path 'plays/*.parquet'",
    exit: "usage",
  });
}
