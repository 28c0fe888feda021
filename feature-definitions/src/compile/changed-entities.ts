import type { FeatureView } from "../ir/nodes";
import { compileEntities } from "./materialize";
import { FEATURES_SCHEMA } from "./tree/identifiers";
import type { CompiledView } from "./tree/statement";

/** The table, in schema `features`, of the keys that an incremental run of the view computes; only that run uses it. */
export function changedKeysTable({ name, version }: FeatureView): string {
  return `${name}_v${version}_changed`;
}

/**
 * Like `compileView`, but only for the entities whose keys are in `changedKeysTable(view)`, each once, in columns named
 * and typed as in the entity. An entity without a row gets none. `copy` names a table in schema `features` that holds
 * all source rows of these entities and replaces the source.
 */
export function compileChangedEntities(original: FeatureView, copy: string | null = null): CompiledView {
  const relation =
    copy === null ? original.source.relation : ({ kind: "table", schema: FEATURES_SCHEMA, table: copy } as const);
  const view = { ...original, source: { ...original.source, relation } };
  const requested = { kind: "table", schema: FEATURES_SCHEMA, table: changedKeysTable(view) } as const;
  return compileEntities(view, { kind: "all", requested });
}
