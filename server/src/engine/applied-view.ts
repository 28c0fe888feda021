import type { CompiledView, FeatureView, StoredRows } from "@featstore/definitions/compiler";
import { compileView, instantText, postgresDialect } from "@featstore/definitions/compiler";

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

/** Compiles the query by which a view's engine computes its rows: all entities, as of `$1`. */
export function viewQuery(view: FeatureView): CompiledView {
  return compileView(postgresDialect, view);
}

/** Returns whether the stored query of a view is the one that this version of Featstore compiles. */
export function hasOwnQuery({ view, sql, parameters }: AppliedView): boolean {
  const compiled = viewQuery(view);
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
