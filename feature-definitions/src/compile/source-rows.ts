import type { Expression } from "../ir/expressions";
import type { EntityKey, Source, SourceColumn, TimeColumn } from "../ir/nodes";
import type { KeyType } from "../ir/types";
import { columnNamesOf } from "./rewrite";
import {
  type Bindings,
  type From,
  field,
  from,
  type Item,
  isNotNull,
  type Ordering,
  type SqlExpression,
} from "./sql-tree";

/** A time that can be compared with the as-of time on the clock of `zone`; null: the value is an instant. */
export interface Clock {
  readonly value: SqlExpression;
  readonly zone: "UTC" | null;
}

/**
 * A key column of rows. Integers stay as the database has them until the result: PostgreSQL knows how many different
 * values a column has, and nothing of an expression over it.
 */
export interface Key extends Item {
  readonly type: KeyType;
}

/** The key columns as those of another relation, which has them under their own names. */
export function keysOver(relation: string, keys: readonly Key[]): readonly Key[] {
  return keys.map(({ name, type }) => ({
    name,
    type,
    expression: field(relation, name, type === "string" ? type : null),
  }));
}

/** Rows in scope: where they come from, which of them count, and what is known of each. */
export interface Rows {
  readonly from: From;
  readonly where: readonly SqlExpression[];
  readonly tenant: SqlExpression | null;
  readonly keys: readonly Key[];
  readonly time: Clock | null;
}

export interface SourceRows extends Rows {
  /** Every column the author may name. */
  readonly bindings: Bindings;
  /** Columns that order rows of equal time. */
  readonly tieBreak: readonly Ordering[];
}

/** The scalar with those bindings it reads. */
export function scalar(expression: Expression, bindings: Bindings): SqlExpression {
  return { kind: "scalar", expression, fields: bindingsOf(expression, bindings) };
}

export function bindingsOf(expression: Expression, bindings: Bindings): Bindings {
  const names = columnNamesOf([expression]);
  return new Map([...bindings].filter(([name]) => names.has(name)));
}

/**
 * A zoneless time is compared as it stands, and the as-of time converted, so that an index on it serves. That is exact
 * only where clocks never go back: in other zones the column's instant counts.
 */
function clock(time: TimeColumn, alias: string): Clock {
  const column = field(alias, time.column);
  if (time.zone === null || time.zone === "UTC") return { value: column, zone: time.zone };
  return { value: { kind: "instant", operand: column, zone: time.zone }, zone: null };
}

export function notAfterAsOf(time: Clock): SqlExpression {
  return {
    kind: "comparison",
    operator: "<=",
    left: time.value,
    right: { kind: "as_of", secondsBefore: 0, zone: time.zone },
  };
}

/** Within the trailing window (t − d, t]; that the time is ≤ t is known already. */
export function withinWindow(time: Clock, seconds: number): SqlExpression {
  return {
    kind: "comparison",
    operator: ">",
    left: time.value,
    right: { kind: "as_of", secondsBefore: seconds, zone: time.zone },
  };
}

function tieBreakOrder(source: Source, alias: string, column: string): Ordering {
  const declared = [...source.key, ...source.columns].find((candidate) => candidate.column === column);
  return { expression: field(alias, column), descending: false, string: declared?.type === "string" };
}

function bindColumns(columns: readonly SourceColumn[], alias: string): Bindings {
  return new Map(
    columns.map((column) => [
      column.name,
      { kind: "read", field: field(alias, column.column), type: column.type, zone: column.zone },
    ]),
  );
}

/**
 * The source's rows that have a key and a tenant and pass `filters`. `times` says which count: `visible` only those known
 * to be visible at the as-of time; `not_later` also those of unknown time.
 */
export function sourceRows(
  source: Source,
  key: readonly EntityKey[],
  filters: readonly (Expression | null)[],
  times: "visible" | "not_later",
): SourceRows {
  const alias = source.name;
  const bindings = bindColumns([...source.columns, ...source.key], alias);
  const keys = key.map(({ name, type }): Key => {
    const column = source.key.find((candidate) => candidate.name === name);
    const read = field(alias, column?.column ?? name);
    return { name, type, expression: type === "string" ? { kind: "read", field: read, type, zone: null } : read };
  });
  const tenant: SqlExpression | null =
    source.tenant === null ? null : { kind: "read", field: field(alias, source.tenant), type: "string", zone: null };
  const time = source.eventTime && clock(source.eventTime, alias);
  const clocks = [time, source.knownTime && clock(source.knownTime, alias)].filter((candidate) => candidate !== null);
  const visible = clocks.map(notAfterAsOf);
  const where: SqlExpression[] = [
    ...(times === "visible"
      ? visible
      : visible.map((operand): SqlExpression => ({ kind: "test", test: "not_false", operand }))),
    ...keys.map((item) => isNotNull(unread(item.expression))),
    ...(tenant ? [{ kind: "comparison", operator: "<>", left: tenant, right: { kind: "shared_scope" } } as const] : []),
    ...[source.filter, ...filters].filter((filter) => filter !== null).map((filter) => scalar(filter, bindings)),
  ];
  return {
    from: from(source.relation, alias),
    where,
    tenant,
    keys,
    time,
    bindings,
    tieBreak: source.tieBreak.map((column) => tieBreakOrder(source, alias, column)),
  };
}

function unread(expression: SqlExpression): SqlExpression {
  return expression.kind === "read" ? expression.field : expression;
}

/** What tells entities apart. */
export function groupKeys({ tenant, keys }: Rows): readonly SqlExpression[] {
  return [...(tenant ? [tenant] : []), ...keys.map((key) => key.expression)];
}

/** Rows of an entity side by side. */
export function keyOrder(rows: Rows): readonly Ordering[] {
  return groupKeys(rows).map((expression) => ({ expression, descending: false, string: false }));
}
