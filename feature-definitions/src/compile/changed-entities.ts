import type { FeatureView } from "../ir/nodes";
import type { TableName } from "./source/entities";
import { rowsAsOf } from "./strategies/rows-as-of";
import type { DialectTraits } from "./tree/dialect-traits";
import { FEATURES_SCHEMA } from "./tree/identifiers";
import type { Query } from "./tree/sql-tree";

/** The table, in schema `features`, of the keys that an incremental run of the view computes; only that run uses it. */
export function changedKeysTable({ name, version }: FeatureView): string {
  return `${name}_v${version}_changed`;
}

/**
 * Returns the query for the rows of the entities in the table of keys. `copy` names a table in schema `features` that
 * replaces the source.
 */
export function changedEntities(
  original: FeatureView,
  keys: TableName,
  copy: string | null,
  traits: DialectTraits,
): Query {
  const relation =
    copy === null ? original.source.relation : ({ kind: "table", schema: FEATURES_SCHEMA, table: copy } as const);
  const view = { ...original, source: { ...original.source, relation } };
  const requested = { kind: "table", schema: keys.schema, table: keys.table } as const;
  return rowsAsOf(view, { kind: "all", requested }, traits);
}
