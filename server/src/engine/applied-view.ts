import type {
  CompiledView,
  EngineKind,
  Engines,
  Feature,
  FeatureView,
  StoredRows,
} from "@featstore/definitions/compiler";
import {
  columnsOf,
  compileView,
  DEFAULT_ENGINE,
  dialects,
  engineKind,
  engineOf,
  instantText,
  knowsThePast,
} from "@featstore/definitions/compiler";

/** A view version as the registry has it. */
export interface AppliedView {
  readonly view: FeatureView;
  /** The SQL that `apply` stored, and its parameters from `$2` on. */
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  /** For a view over a source without history: the start of the stored history, in microseconds since 1970 UTC. */
  readonly historySince?: bigint;
  /** The served generation; null before the first publish. */
  readonly served: { readonly table: string } | null;
}

/** Returns the columns of an entity's key, as the tables of its generations have them. */
export function keyColumns(view: FeatureView): ReturnType<typeof columnsOf> {
  return columnsOf(view).slice(1, 1 + view.entity.key.length);
}

/**
 * Compiles the query by which a view's engine computes its rows: all entities, as of `$1`. `engines`: the configured ones, whose kind
 * decides the dialect.
 */
export function viewQuery(view: FeatureView, engines: Engines | undefined): CompiledView {
  return compileView(dialects[engineKind(engineOf(view.source), engines)], view);
}

/** Returns whether the stored query of a view is the one that this version of Featstore compiles for an engine of a kind. */
export function hasOwnQuery({ view, sql, parameters }: AppliedView, kind: EngineKind): boolean {
  const compiled = compileView(dialects[kind], view);
  return compiled.text === sql && compiled.parameters.join() === parameters.join();
}

/** Returns the stored rows of a view whose source has no history; null if there are none. */
export function storedRowsOf({
  historySince,
  served,
}: Pick<AppliedView, "historySince" | "served">): StoredRows | null {
  if (historySince === undefined || served === null) return null;
  return { table: served.table, since: instantText(historySince) };
}

/**
 * Returns the name of the engine that knows a feature's past values: that of the view's source or, if the source keeps no history
 * but the store does, PostgreSQL.
 */
export function engineOfPast(view: FeatureView, feature: Feature, storedRows: StoredRows | null): string {
  return storedRows !== null && !knowsThePast(view, feature) ? DEFAULT_ENGINE : engineOf(view.source);
}

/** Returns the names of a view's features whose source keeps no history, so that a replay says nothing about them. */
export function withoutHistory(view: FeatureView): ReadonlySet<string> {
  return new Set(view.features.filter((feature) => !knowsThePast(view, feature)).map(({ name }) => name));
}
