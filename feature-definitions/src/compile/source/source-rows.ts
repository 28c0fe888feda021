import type { Expression } from "../../ir/expressions";
import { DEFAULT_ENGINE, type EntityKey, type Source, type TimeColumn } from "../../ir/nodes";
import { engineOf } from "../../ir/source-parts";
import type { KeyType, ValueType } from "../../ir/types";
import type { Period } from "../tree/period";
import { columnNamesOf } from "../tree/rewrite";
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
} from "../tree/sql-tree";
import { type AllEntities, type Entities, type Spine, spineAsOf } from "./entities";
import { notAfterFolders } from "./folders";

/** A time that can be compared with the as-of time as local time in `zone`; null means that the value is an instant. */
export interface Clock {
  readonly value: SqlExpression;
  readonly zone: "UTC" | null;
  readonly asOf: SqlExpression | null;
  /** Set if `asOf` is already local time in the zone. */
  readonly isOnClock?: true;
}

/**
 * A key column of rows. Integers keep the database's type until the result, because PostgreSQL has statistics on the
 * distinct values of a column but not of an expression over it. A cast of a uuid to its own type costs nothing.
 */
export interface Key extends Item {
  readonly type: KeyType;
}

/** Reads a key column from its table. */
export function readKey(column: Field, type: ValueType | undefined): SqlExpression {
  return type === "string" || type === "uuid" ? { kind: "read", field: column, type, zone: null } : column;
}

/** The key columns in another relation that has them under the same names. */
export function keysOver(relation: string, keys: readonly Key[]): readonly Key[] {
  return keys.map(({ name, type }) => ({
    name,
    type,
    expression: field(relation, name, type === "string" || type === "uuid" ? type : null),
  }));
}

/** Rows in scope: their relation, the conditions on them, and their bindings. */
export interface Rows {
  readonly from: From;
  readonly where: readonly SqlExpression[];
  readonly tenant: SqlExpression | null;
  readonly keys: readonly Key[];
  readonly time: Clock | null;
  /** The column that holds each row's as-of time; null if all rows use the parameter. */
  readonly asOf: SqlExpression | null;
}

export interface SourceRows extends Rows {
  /** Every column that authors can name. */
  readonly bindings: Bindings;
  /** Columns that order rows of equal time. */
  readonly tieBreak: readonly Ordering[];
}

/** The scalar with the bindings that it reads. */
export function scalar(expression: Expression, bindings: Bindings): SqlExpression {
  return { kind: "scalar", expression, fields: bindingsOf(expression, bindings) };
}

export function bindingsOf(expression: Expression, bindings: Bindings): Bindings {
  const names = columnNamesOf([expression]);
  return new Map([...bindings].filter(([name]) => names.has(name)));
}

/**
 * Compares a time without a zone as it is stored, and converts the as-of time instead, so that an index on the column
 * can be used. This is exact only in zones whose clocks never go back; in other zones the column is converted to an
 * instant.
 */
export function clock(time: TimeColumn, alias: string, asOf: SqlExpression | null): Clock {
  const column = field(alias, time.column);
  if (time.zone === null || time.zone === "UTC") return { value: column, zone: time.zone, asOf };
  return { value: { kind: "instant", operand: column, zone: time.zone }, zone: null, asOf };
}

/** The as-of time, or a time before it, in the form used for comparison with the column. */
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

/** The condition for the trailing window; the condition time ≤ t is applied elsewhere. */
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

/** Orders rows by a tie-break column: by its declared type if it is declared, else by the database's type. */
export function tieBreakOrder(source: Source, alias: string, column: string): Ordering {
  const declared = [...source.key, ...source.columns].find((candidate) => candidate.column === column);
  return { expression: field(alias, column), descending: false, string: declared?.type === "string" };
}

/** Bindings of the author's column names to the relation that has the columns. */
export function bindColumns(source: Source, alias: string): Bindings {
  // Decimals of PostgreSQL have any number of digits, those of other engines do not.
  const isShort = engineOf(source) !== DEFAULT_ENGINE;
  return new Map(
    [...source.columns, ...source.key].map(({ name, column, type, zone }): [string, SqlExpression] => {
      const canLose = isShort && type === "decimal" ? ({ canLose: true } as const) : {};
      return [name, { kind: "read", field: field(alias, column), type, zone, ...canLose }];
    }),
  );
}

/**
 * Reads the source's rows that have a key and a tenant and pass `filters`. `times` selects rows by visibility:
 * `visible` only those visible at the as-of time; `not_later` also those of unknown time; `ever` those visible at any
 * time. For a spine, each row uses its own as-of time, and source rows occur once for every spine row with their
 * entity.
 */
export function sourceRows(
  source: Source,
  key: readonly EntityKey[],
  filters: readonly (Expression | null)[],
  times: "visible" | "not_later" | "ever",
  entities: Entities,
): SourceRows {
  const alias = source.name;
  const bindings = bindColumns(source, alias);
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
  const instant: SqlExpression = { kind: "as_of", of: null, secondsBefore: 0, zone: null };
  const folders = asOf === null && time !== null ? notAfterFolders(source.relation, alias, instant) : [];
  const visible = [...clocks.map(notAfterAsOf), ...folders];
  const where: SqlExpression[] = [
    ...(times === "visible" ? visible : []),
    ...(times === "not_later"
      ? visible.map((operand): SqlExpression => ({ kind: "test", test: "not_false", operand }))
      : []),
    ...(times === "ever" ? clocks.map(({ value }) => isNotNull(value)) : []),
    // A spine contains no null keys.
    ...(entities.kind === "spine" ? [] : keys.map((item) => isNotNull(unread(item.expression)))),
    ...(tenant ? [{ kind: "comparison", operator: "<>", left: tenant, right: { kind: "shared_scope" } } as const] : []),
    ...[source.filter, ...filters].filter((filter) => filter !== null).map((filter) => scalar(filter, bindings)),
  ];
  const owned =
    entities.kind === "spine"
      ? ofSpine(entities, source, tenant, keys)
      : { from: requestedRows(entities, source, keys), tenant, keys };
  return {
    ...owned,
    where,
    time,
    asOf,
    bindings,
    tieBreak: source.tieBreak.map((column) => tieBreakOrder(source, alias, column)),
  };
}

/** Alias of the joined relation of requested keys. */
export const REQUESTED = "_among";

function requestedRows({ requested: relation }: AllEntities, source: Source, keys: readonly Key[]): From {
  if (relation === undefined) return from(source.relation, source.name);
  const on = keys.map((key) => equal(key.expression, field(REQUESTED, key.name, key.type)));
  return from(source.relation, source.name, [{ kind: "inner", relation, alias: REQUESTED, on }]);
}

function ofSpine(
  spine: Spine,
  source: Source,
  tenant: SqlExpression | null,
  keys: readonly Key[],
): Pick<Rows, "from" | "tenant" | "keys"> {
  const sameKeys = keys.map((key): SqlExpression => equal(key.expression, field(spine.alias, key.name, key.type)));
  const on = tenant ? [equal(tenant, field(spine.alias, "_tenant", "string")), ...sameKeys] : sameKeys;
  const joined = { kind: "inner", relation: source.relation, alias: source.name, on } as const;
  return { from: from(spine.relation, spine.alias, [joined]), tenant: null, keys: [spineRow(spine.alias)] };
}

/** A spine row's number identifies its entity. */
export function spineRow(relation: string): Key {
  return { name: "_row", type: "int64", expression: field(relation, "_row", "int64") };
}

export function equal(left: SqlExpression, right: SqlExpression): SqlExpression {
  return { kind: "comparison", operator: "=", left, right };
}

function unread(expression: SqlExpression): SqlExpression {
  return expression.kind === "read" ? expression.field : expression;
}

/** The columns that distinguish entities. */
export function groupKeys({ tenant, keys }: Pick<Rows, "tenant" | "keys">): readonly SqlExpression[] {
  return [...(tenant ? [tenant] : []), ...keys.map((key) => key.expression)];
}

/** Orders the rows of an entity next to each other. */
export function keyOrder(rows: Rows): readonly Ordering[] {
  return groupKeys(rows).map((expression) => ({ expression, descending: false, string: false }));
}
