import {
  canonicalJson,
  databaseColumnsOf,
  type FeatureView,
  type PlainRelation,
  type PlainSource,
  plainSources,
  relationName,
} from "@featstore/definitions/compiler";
import type { LocatedTable } from "../located-table";
import { requireConsistentColumns } from "./file-schemas";
import { icebergExtensions, openTable } from "./open-table";
import { type DuckdbSession, type OpenEngine, type OperationOptions, withDuckdb } from "./process/index";
import { requireHarmlessQuery } from "./query-check";
import { requireInRoots } from "./roots";

/** A relation, and the columns that an operation reads of it; null: all that it has. */
export interface SourceRead {
  readonly relation: PlainRelation;
  readonly columns: readonly string[] | null;
}

/** The sources that an operation reads. */
export interface SourceReads {
  readonly sources: readonly SourceRead[];
  /** Statements over them that were compiled and stored earlier, maybe by another version of Featstore. */
  readonly stored?: readonly string[];
}

/**
 * Runs an operation over sources in a DuckDB of its own: see `withDuckdb`. This is the one way of an operation to the files,
 * queries and tables of the engine. It checks them right before `body` opens them, because they may have been applied with other
 * roots, or by a process that does not check; DuckDB's own lock lets some paths of buckets pass. Of Iceberg tables, it opens one
 * snapshot, and passes it to `body`.
 * Errors: those of `withDuckdb`; `path_outside_roots`, `engine_query_refused`, `engine_source_failed`.
 *
 * @example await withSources(lake, readsOf([view]), { deadlineMs: 60_000 }, (duckdb) => duckdb.rows(text))
 */
export async function withSources<Result>(
  engine: OpenEngine,
  { sources, stored = [] }: SourceReads,
  options: OperationOptions,
  body: (session: DuckdbSession, tables: readonly LocatedTable[]) => Promise<Result>,
): Promise<Result> {
  const extensions = extensionsFor(sources.map(({ relation }) => relation));
  return withDuckdb(engine, { ...options, extensions }, async (session) => {
    const tables = new Map<string, LocatedTable>();
    for (const { relation, columns } of sources) {
      await requireReadable(engine, session, relation);
      const name = relationName(relation);
      if (relation.kind === "iceberg" && !tables.has(name))
        tables.set(name, await openTable(engine, session, relation, options));
      if (relation.kind === "files" && columns?.length !== 0)
        await requireConsistentColumns(session, relation.path, columns);
    }
    for (const text of stored) await requireHarmlessQuery(engine, session, text, { hasParameters: true });
    return body(session, [...tables.values()]);
  });
}

/** Returns DuckDB's extensions that an operation over these relations needs. */
export function extensionsFor(relations: readonly PlainRelation[]): readonly string[] {
  return relations.some(({ kind }) => kind === "iceberg") ? icebergExtensions : [];
}

/** Returns the sources of views, with the populations of their entities; each once, since a check reads the footers of all files. */
export function readsOf(views: readonly FeatureView[]): SourceReads {
  const sources = [...new Set(views)].flatMap(({ source, entity }) => [source, entity.population ?? []].flat());
  const reads = sources.flatMap(plainSources).map(readOf);
  return { sources: [...new Map(reads.map((read) => [canonicalJson(read), read])).values()] };
}

/** Returns the columns of a source that statements read; the names of folders hold its partitions. */
export function readOf(source: PlainSource): SourceRead {
  const { relation } = source;
  const partitions = relation.kind === "files" ? (relation.partitions ?? []) : [];
  const inFolders = new Set(partitions.map(({ name }) => name));
  return { relation, columns: databaseColumnsOf(source).filter((name) => !inFolders.has(name)) };
}

/** Requires that an engine may read a relation. Errors: `path_outside_roots`, `engine_query_refused`. */
export async function requireReadable(
  engine: OpenEngine,
  session: DuckdbSession,
  relation: PlainRelation,
): Promise<void> {
  if (relation.kind === "files") await requireInRoots(engine, relation.path);
  if (relation.kind === "query") await requireHarmlessQuery(engine, session, relation.text);
}
