import { type FeatureView, type PlainRelation, plainSources } from "@featstore/definitions/compiler";
import { type DuckdbSession, type OpenEngine, type OperationOptions, withDuckdb } from "./process/index";
import { requireHarmlessQuery } from "./query-check";
import { requireInRoots } from "./roots";

/** The sources that an operation reads. */
export interface SourceReads {
  readonly relations: readonly PlainRelation[];
  /** Statements over them that were compiled and stored earlier, maybe by another version of Featstore. */
  readonly stored?: readonly string[];
}

/**
 * Runs an operation over sources in a DuckDB of its own: see `withDuckdb`. This is the one way of an operation to the files,
 * queries and tables of the engine. It checks them right before `body` opens them, because they may have been applied with other
 * roots, or by a process that does not check; DuckDB's own lock lets some paths of buckets pass.
 * Errors: those of `withDuckdb`; `path_outside_roots`, `engine_query_refused`.
 *
 * @example await withSources(lake, readsOf([view]), { deadlineMs: 60_000 }, (duckdb) => duckdb.rows(text))
 */
export async function withSources<Result>(
  engine: OpenEngine,
  { relations, stored = [] }: SourceReads,
  options: OperationOptions,
  body: (session: DuckdbSession) => Promise<Result>,
): Promise<Result> {
  return withDuckdb(engine, options, async (session) => {
    for (const relation of relations) await requireReadable(engine, session, relation);
    for (const text of stored) await requireHarmlessQuery(engine, session, text, { hasParameters: true });
    return body(session);
  });
}

/** Returns the sources of views, with the populations of their entities. */
export function readsOf(views: readonly FeatureView[]): SourceReads {
  const sources = [...new Set(views)].flatMap(({ source, entity }) => [source, entity.population ?? []].flat());
  return { relations: sources.flatMap(plainSources).map(({ relation }) => relation) };
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
