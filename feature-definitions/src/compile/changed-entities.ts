import type { FeatureView } from "../ir/nodes";
import { rowsAsOf } from "./strategies/rows-as-of";
import { FEATURES_SCHEMA } from "./tree/identifiers";
import type { Query } from "./tree/sql-tree";

/** The table, in schema `features`, of the keys that an incremental run of the view computes; only that run uses it. */
export function changedKeysTable({ name, version }: FeatureView): string {
  return `${name}_v${version}_changed`;
}

/**
 * Returns the query for the rows of the entities in `changedKeysTable(view)`. `copy` names a table in schema `features`
 * that replaces the source.
 */
export function changedEntities(original: FeatureView, copy: string | null): Query {
  const relation =
    copy === null ? original.source.relation : ({ kind: "table", schema: FEATURES_SCHEMA, table: copy } as const);
  const view = { ...original, source: { ...original.source, relation } };
  const requested = { kind: "table", schema: FEATURES_SCHEMA, table: changedKeysTable(view) } as const;
  return rowsAsOf(view, { kind: "all", requested });
}
