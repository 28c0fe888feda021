import type { Expression } from "../ir/expressions";
import type { EntityKey, Source, SourceColumn, TimeColumn } from "../ir/nodes";
import type { KeyType, ValueType } from "../ir/types";
import { type AllEntities, type Entities, type Spine, spineAsOf } from "./entities";
import type { Period } from "./period";
import { columnNamesOf } from "./rewrite";
import {
  type Bindings,
  type Field,
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
  readonly asOf: SqlExpression | null;
  /** Set where `asOf` is on that clock already. */
  readonly isOnClock?: true;
}

/**
 * A key column of rows. Integers stay as the database has them until the result: PostgreSQL knows how many different
 * values a column has, and nothing of an expression over it. Nor does a cast of a uuid to its own type cost anything.
 */
export interface Key extends Item {
  readonly type: KeyType;
}

/** A key column as it is read from its table. */
export function readKey(column: Field, type: ValueType | undefined): SqlExpression {
  return type === "string" || type === "uuid" ? { kind: "read", field: column, type, zone: null } : column;
}

/** The key columns as those of another relation, which has them under their own names. */
export function keysOver(relation: string, keys: readonly Key[]): readonly Key[] {
  return keys.map(({ name, type }) => ({
    name,
    type,
    expression: field(relation, name, type === "string" || type === "uuid" ? type : null),
  }));
}

/** Rows in scope: where they come from, which of them count, and what is known of each. */
export interface Rows {
  readonly from: From;
  readonly where: readonly SqlExpression[];
  readonly tenant: SqlExpression | null;
  readonly keys: readonly Key[];
  readonly time: Clock | null;
  /** The column that holds each row's as-of time; null where all rows have one, the parameter. */
  readonly asOf: SqlExpression | null;
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
function clock(time: TimeColumn, alias: string, asOf: SqlExpression | null): Clock {
  const column = field(alias, time.column);
  if (time.zone === null || time.zone === "UTC") return { value: column, zone: time.zone, asOf };
  return { value: { kind: "instant", operand: column, zone: time.zone }, zone: null, asOf };
}

/** The as-of time, or a time before it, as it is compared with the clock's times. */
export function asOfOn({ asOf, zone, isOnClock }: Clock, secondsBefore: number): SqlExpression {
  return { kind: "as_of", of: asOf, secondsBefore, zone: isOnClock ? null : zone };
}

export function notAfterAsOf(time: Clock): SqlExpression {
  return {
    kind: "comparison",
    operator: "<=",
    left: time.value,
    right: asOfOn(time, 0),
  };
}

/** Within the trailing window; that the time is ≤ t is known already. */
export function withinWindow(time: Clock, { seconds, endingSecondsBefore }: Period): readonly SqlExpression[] {
  const asOf = (secondsBefore: number): SqlExpression => asOfOn(time, secondsBefore);
  const isAfterStart: SqlExpression = {
    kind: "comparison",
    operator: ">",
    left: time.value,
    right: asOf(endingSecondsBefore + seconds),
  };
  if (endingSecondsBefore === 0) return [isAfterStart];
  return [isAfterStart, { kind: "comparison", operator: "<=", left: time.value, right: asOf(endingSecondsBefore) }];
}

/** How a tie-break column orders rows: as its author typed it where it is declared, else as the database does. */
export function tieBreakOrder(source: Source, alias: string, column: string): Ordering {
  const declared = [...source.key, ...source.columns].find((candidate) => candidate.column === column);
  return { expression: field(alias, column), descending: false, string: declared?.type === "string" };
}

/** What the author calls columns, of the relation that has them. */
export function bindColumns(columns: readonly SourceColumn[], alias: string): Bindings {
  return new Map(
    columns.map((column) => [
      column.name,
      { kind: "read", field: field(alias, column.column), type: column.type, zone: column.zone },
    ]),
  );
}

/**
 * The source's rows that have a key and a tenant and pass `filters`. `times` says which count: `visible` only those known
 * to be visible at the as-of time; `not_later` also those of unknown time; `ever` those that are visible at some. Of a spine, each row's own: they come once
 * for every spine row that asks for their entity.
 */
export function sourceRows(
  source: Source,
  key: readonly EntityKey[],
  filters: readonly (Expression | null)[],
  times: "visible" | "not_later" | "ever",
  entities: Entities,
): SourceRows {
  const alias = source.name;
  const bindings = bindColumns([...source.columns, ...source.key], alias);
  const keys = key.map(({ name, type }): Key => {
    const column = source.key.find((candidate) => candidate.name === name);
    const read = field(alias, column?.column ?? name);
    return { name, type, expression: readKey(read, type) };
  });
  const tenant: SqlExpression | null =
    source.tenant === null ? null : { kind: "read", field: field(alias, source.tenant), type: "string", zone: null };
  const asOf = entities.kind === "spine" ? spineAsOf(entities) : null;
  const time = source.eventTime && clock(source.eventTime, alias, asOf);
  const knownTime = source.knownTime && clock(source.knownTime, alias, asOf);
  const clocks = [time, knownTime].filter((candidate) => candidate !== null);
  const visible = clocks.map(notAfterAsOf);
  const where: SqlExpression[] = [
    ...(times === "visible" ? visible : []),
    ...(times === "not_later"
      ? visible.map((operand): SqlExpression => ({ kind: "test", test: "not_false", operand }))
      : []),
    ...(times === "ever" ? clocks.map(({ value }) => isNotNull(value)) : []),
    // A spine names no null key.
    ...(entities.kind === "spine" ? [] : keys.map((item) => isNotNull(unread(item.expression)))),
    ...(tenant ? [{ kind: "comparison", operator: "<>", left: tenant, right: { kind: "shared_scope" } } as const] : []),
    ...[source.filter, ...filters].filter((filter) => filter !== null).map((filter) => scalar(filter, bindings)),
  ];
  const owned =
    entities.kind === "spine"
      ? ofSpine(entities, source, tenant, keys)
      : { from: wantedRows(entities, source, keys), tenant, keys };
  return {
    ...owned,
    where,
    time,
    asOf,
    bindings,
    tieBreak: source.tieBreak.map((column) => tieBreakOrder(source, alias, column)),
  };
}

/** What the relation of wanted keys is called where it is joined. */
export const WANTED = "_among";

function wantedRows({ wanted: relation }: AllEntities, source: Source, keys: readonly Key[]): From {
  if (relation === undefined) return from(source.relation, source.name);
  const on = keys.map((key) => equal(key.expression, field(WANTED, key.name, key.type)));
  return from(source.relation, source.name, [{ kind: "inner", relation, alias: WANTED, on }]);
}

function ofSpine(
  spine: Spine,
  source: Source,
  tenant: SqlExpression | null,
  keys: readonly Key[],
): Pick<Rows, "from" | "tenant" | "keys"> {
  const wanted = keys.map((key): SqlExpression => equal(key.expression, field(spine.alias, key.name, key.type)));
  const on = tenant ? [equal(tenant, field(spine.alias, "_tenant", "string")), ...wanted] : wanted;
  const joined = { kind: "inner", relation: source.relation, alias: source.name, on } as const;
  return { from: from(spine.relation, spine.alias, [joined]), tenant: null, keys: [spineRow(spine.alias)] };
}

/** A spine row's number stands for the entity it asks for. */
export function spineRow(relation: string): Key {
  return { name: "_row", type: "int64", expression: field(relation, "_row", "int64") };
}

export function equal(left: SqlExpression, right: SqlExpression): SqlExpression {
  return { kind: "comparison", operator: "=", left, right };
}

function unread(expression: SqlExpression): SqlExpression {
  return expression.kind === "read" ? expression.field : expression;
}

/** What tells entities apart. */
export function groupKeys({ tenant, keys }: Pick<Rows, "tenant" | "keys">): readonly SqlExpression[] {
  return [...(tenant ? [tenant] : []), ...keys.map((key) => key.expression)];
}

/** Rows of an entity side by side. */
export function keyOrder(rows: Rows): readonly Ordering[] {
  return groupKeys(rows).map((expression) => ({ expression, descending: false, string: false }));
}
