import { databaseColumnsOf } from "../../check/catalog";
import type { EntityKey, ExtendedRelation, Source, SourceColumn } from "../../ir/nodes";
import { declaredColumn, hasOneRowPerKey, SCOPE_OF_EXTENSION, tiesOfExtension } from "../../ir/source-parts";
import {
  type From,
  field,
  from,
  type Item,
  isNotNull,
  isNull,
  type Ordering,
  type Select,
  type SqlExpression,
  select,
} from "../tree/sql-tree";
import { bindColumns, equal, type Key, readKey, scalar, tieBreakOrder } from "./source-rows";

/**
 * Reads the rows of an extended source so that no base row occurs twice. If the extension has one row per key, a second
 * one is an error; otherwise the last row of a key counts, by event time and tie-break. If only the extension names a
 * tenant, a base row occurs once for each tenant that has its key.
 */
export function extendedRows(relation: ExtendedRelation): Select {
  const { base, extension, by, columns } = relation;
  const alias = base.name;
  const other = otherAlias(base, extension);
  const on = by.map(({ key, column }) => equal(keyOf(extension, other, key), keyOf(base, alias, column)));
  const tenants = base.tenant !== null && extension.tenant !== null;
  const scope: readonly SqlExpression[] = tenants ? [equal(tenantOf(extension, other), tenantOf(base, alias))] : [];
  const brought = base.tenant === null && extension.tenant !== null;
  const items: Item[] = [
    ...databaseColumnsOf(base).map((name): Item => ({ name, expression: field(alias, name) })),
    ...columns.map((name): Item => ({ name, expression: field(other, databaseName(extension, name)) })),
    ...(brought ? [{ name: SCOPE_OF_EXTENSION, expression: field(other, extension.tenant ?? "") }] : []),
  ];
  const joined = { kind: "select", select: extensionRows(extension, other, relation) } as const;
  return select({
    items,
    from: from(base.relation, alias, [{ kind: "left", relation: joined, alias: other, on: [...scope, ...on] }]),
  });
}

/**
 * Joins the rows of both sources, without the extension's filter and without removing duplicate keys, and returns the
 * keys of the extended source's rows. Used to find the entities of changed rows.
 */
export function joinedKeys(
  { base, extension, by, columns }: ExtendedRelation,
  keys: readonly EntityKey[],
  declaredKeys: readonly SourceColumn[],
): { readonly from: From; readonly keys: readonly Key[]; readonly base: string; readonly extension: string } {
  const alias = base.name;
  const other = otherAlias(base, extension);
  const on = by.map(({ key, column }) => equal(keyOf(extension, other, key), keyOf(base, alias, column)));
  return {
    from: from(base.relation, alias, [{ kind: "left", relation: extension.relation, alias: other, on }]),
    keys: keys.map(({ name, type }): Key => {
      const isTaken = columns.includes(name);
      const column = declaredKeys.find((candidate) => candidate.name === name)?.column ?? name;
      const read = isTaken ? field(other, databaseName(extension, name)) : field(alias, column);
      return { name, type, expression: readKey(read, type) };
    }),
    base: alias,
    extension: other,
  };
}

/** The extension's rows, one per key and tenant: the last one, unless the source promises one row per key. */
function extensionRows(extension: Source, alias: string, relation: ExtendedRelation): Select {
  const table = extension.relation;
  // Rows that the filter excludes may repeat the key.
  if (table.kind !== "table" || extension.filter !== null || !hasOneRowPerKey(extension))
    return lastRows(extension, alias, relation);
  const { items } = lastRows(extension, alias, relation);
  const scope = extension.tenant === null ? [] : [extension.tenant];
  const columns = [...scope, ...relation.by.map(({ key }) => databaseName(extension, key))];
  return select({ items, from: from(table, alias), where: [{ kind: "one_row_per_key", relation: table, columns }] });
}

/** The extension's last row of each key and tenant. */
function lastRows(extension: Source, alias: string, relation: ExtendedRelation): Select {
  const { by, columns } = relation;
  const { filter, eventTime, tenant } = extension;
  const keys = by.map(({ key }) => keyOf(extension, alias, key));
  const scope = tenant === null ? [] : [tenantOf(extension, alias)];
  const read = [...by.map(({ key }) => key), ...columns].map((name) => databaseName(extension, name));
  const ascending = (expression: SqlExpression): Ordering => ({ expression, descending: false, string: false });
  const last = (column: string): Ordering => ({ ...tieBreakOrder(extension, alias, column), descending: true });
  const keyColumns = by.map(({ key }) => databaseName(extension, key));
  return select({
    distinctOn: [...scope, ...keys],
    items: [...new Set([...(tenant === null ? [] : [tenant]), ...read])].map(
      (name): Item => ({ name, expression: field(alias, name) }),
    ),
    from: from(extension.relation, alias),
    where: [
      ...keyColumns.map((column) => isNotNull(field(alias, column))),
      ...(filter === null ? [] : [scalar(filter, bindColumns(extension, alias))]),
    ],
    orderBy: [
      ...[...scope, ...keys].map(ascending),
      ...(eventTime === null ? [] : [ascending(isNull(field(alias, eventTime.column))), last(eventTime.column)]),
      ...tiesOfExtension(relation).map(last),
    ],
  });
}

function otherAlias(base: Source, extension: Source): string {
  return extension.name === base.name ? `_${extension.name}` : extension.name;
}

function databaseName(source: Source, name: string): string {
  return declaredColumn(source, name)?.column ?? name;
}

/** Integers keep the database's type, so that an index can be used. */
function keyOf(source: Source, alias: string, name: string): SqlExpression {
  return readKey(field(alias, databaseName(source, name)), declaredColumn(source, name)?.type);
}

function tenantOf({ tenant }: Source, alias: string): SqlExpression {
  return { kind: "read", field: field(alias, tenant ?? ""), type: "string", zone: null };
}
