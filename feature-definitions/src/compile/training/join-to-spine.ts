import { mapFields } from "../tree/map-fields";
import {
  field,
  from,
  type Item,
  type Query,
  type Select,
  type SqlExpression,
  type Stage,
  select,
} from "../tree/sql-tree";

/** A view's rows as a stage to be joined to the spine by `_row`, with the bindings of its columns after the join. */
export interface JoinedToSpine {
  readonly stage: Stage;
  readonly columns: ReadonlyMap<string, SqlExpression>;
  /** For each requested ttl, in order: whether the view's row is too old at the spine row's time. */
  readonly expired: readonly (SqlExpression | null)[];
}

/** The lifetime of rows by the column of their event time; null: unlimited. */
export interface Lifetime {
  readonly time: string;
  readonly ttlSeconds: number | null;
}

/**
 * Splits the result of `rowsAsOf` for a spine into a final stage and expressions over it, so that the spine is joined
 * once.
 */
export function joinToSpine({ stages, result }: Query, name: string, lifetimes: readonly Lifetime[]): JoinedToSpine {
  const last = stages.at(-1);
  const { relation } = result.from.joins[0] ?? result.from;
  if (
    last?.query.kind !== "select" ||
    relation.kind !== "stage" ||
    relation.name !== last.name ||
    result.where.length > 0
  )
    throw new TypeError("The rows of a spine do not end in a stage");
  const values = new Map(result.items.map((item) => [item.name, item.expression]));
  const flags = lifetimes.map(({ time, ttlSeconds }, index): Item | null => {
    const value = values.get(time);
    if (ttlSeconds === null || value === undefined) return null;
    return {
      name: `_expired_${index + 1}`,
      expression: isOlder(value, ttlSeconds, field(last.name, "_as_of", "timestamp")),
    };
  });
  const used = new Set(["_row"]);
  const rebind = (expression: SqlExpression): SqlExpression =>
    mapFields(expression, (read) => {
      if (read.relation !== last.name) return read;
      used.add(read.name);
      return { ...read, relation: name };
    });
  const columns = new Map([...values].map(([column, expression]) => [column, rebind(expression)]));
  const computed = flags.filter((flag) => flag !== null);
  return {
    stage: { name, query: withFlags(stages, last.query, last.name, [...used], computed) },
    columns,
    expired: flags.map((flag) => flag && field(name, flag.name)),
  };
}

/** The last stage's rows with the expressions computed from them. */
function withFlags(
  stages: readonly Stage[],
  rows: Select,
  name: string,
  used: readonly string[],
  flags: readonly Item[],
): Query {
  const earlier = stages.slice(0, -1);
  if (flags.length === 0) return { kind: "query", stages: earlier, result: rows };
  if (rows.groupBy.length > 0) {
    // PostgreSQL knows that the rows are grouped by spine row, so it can merge them with the spine in order.
    const items = new Map(rows.items.map((item) => [item.name, item.expression]));
    const computed = flags.map((flag) => ({
      ...flag,
      expression: mapFields(flag.expression, (read) => items.get(read.name) ?? read),
    }));
    return { kind: "query", stages: earlier, result: { ...rows, items: [...rows.items, ...computed] } };
  }
  // Every feature of a view reads it, so it is computed once per row.
  const flagged = select({
    items: [...used.map((column) => ({ name: column, expression: field(name, column) })), ...flags],
    from: from({ kind: "stage", name }, name),
    computedOnce: true,
  });
  return { kind: "query", stages, result: flagged };
}

/** Returns whether the time is more than this many seconds before the row's as-of time. */
export function isOlder(time: SqlExpression, seconds: number, asOf: SqlExpression): SqlExpression {
  return {
    kind: "comparison",
    operator: "<",
    left: time,
    right: { kind: "as_of", of: asOf, secondsBefore: seconds, zone: null },
  };
}
