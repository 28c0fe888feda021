import { isByTime, isGathering } from "../ir/aggregates";
import type { AggregateExpression, Expression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import { some } from "../ir/visit";
import { isLatestRow, latestFirst, windowGuard } from "./latest-rows";
import { evaluateRows, type Planned, type PreparedRows, type RowValues, restage } from "./row-values";
import { bindingsOf, type Clock, groupKeys, keyOrder, type SourceRows } from "./source-rows";
import { allOf, field, type Item, isNotNull, type Ordering, type SqlExpression, type Window } from "./sql-tree";
import type { Names } from "./stages";

export interface RankedRows extends PreparedRows {
  /** What is true of the row that an aggregate takes, and of no row before it in the order they come in. */
  readonly isPicked: (aggregate: RowValues) => readonly SqlExpression[];
  /** The number that says where a row stands among those an aggregate takes, from 1; null where rows are not numbered. */
  readonly numberOf: (aggregate: RowValues) => SqlExpression | null;
  /** That order, where the rows do not come in it. */
  readonly orderOf: (aggregate: RowValues) => readonly Ordering[];
}

/** The rows with what the aggregates ask of them, in such a way that each aggregate that takes a row finds it. */
export function rankRows(source: SourceRows, planned: readonly Planned[], names: Names): RankedRows {
  const picks = planned.flatMap(({ rank, aggregate }) =>
    rank && aggregate.operand ? [...bindingsOf(aggregate.operand, source.bindings).keys()] : [],
  );
  if (picks.length > 0 && planned.every((each) => allowsSorting(each, source))) {
    const prepared = evaluateRows(source, planned, [...keyOrder(source), ...latestFirst(source)], names);
    // The row an aggregate takes is the first that satisfies its conditions.
    return {
      ...prepared,
      isPicked: (each) => rankConditions(each, prepared.rows.time),
      numberOf: () => null,
      orderOf: () => [],
    };
  }
  const prepared = evaluateRows(source, planned, [], names);
  // One value is found by sorting each entity's rows at less cost than by numbering all rows.
  if (picks.length <= 1 && !planned.some(picksArray)) return orderRows(prepared);
  return numberRows(prepared, names);
}

/** Whether rows that come sorted by recency serve an aggregate, whatever stands beside it: of a spine. */
export function isSortable(aggregate: AggregateExpression): boolean {
  const { name } = aggregate;
  if (name === "percentile" || name === "mode" || name === "first") return false;
  return isGathering(aggregate) || !(isByTime(aggregate) || name === "count_distinct") || !readsArray(aggregate);
}

/**
 * PostgreSQL keeps the order of rows unless an aggregate with an order of its own, such as a count of distinct values,
 * has it sort again. The few rows of a spine's row are counted without.
 */
function allowsSorting({ aggregate, domain }: Planned, { asOf }: SourceRows): boolean {
  const sortsItself = aggregate.name === "count_distinct" && domain === null && asOf === null;
  return !sortsItself && isSortable(aggregate);
}

/** Arrays of different lengths cannot be gathered in one to take the first of; lists are gathered by number here. */
function picksArray({ rank, aggregate }: Planned): boolean {
  return rank !== null && readsArray(aggregate);
}

function readsArray(aggregate: AggregateExpression): boolean {
  const isArray = (expression: Expression): boolean => typeOf(expression).endsWith("[]");
  const { operand } = aggregate;
  return isArray(aggregate) || (operand !== null && some(operand, (node) => node.kind === "column" && isArray(node)));
}

/** Has each aggregate that takes a row look for it. */
function orderRows(prepared: PreparedRows): RankedRows {
  const latest = latestFirst(prepared.rows);
  return {
    ...prepared,
    isPicked: (each) => rankConditions(each, prepared.rows.time),
    numberOf: () => null,
    orderOf: ({ rank }) => (rank?.first ? latest.map((ordering) => ({ ...ordering, descending: false })) : latest),
  };
}

/** Numbers the rows in each order that some aggregate takes the first of: one sort for all that look for the latest. */
function numberRows(prepared: PreparedRows, names: Names): RankedRows {
  const { rows, aggregates } = prepared;
  const columns = new Map<string, Item>();
  for (const each of aggregates) {
    if (!each.rank || columns.has(each.rank.identity)) continue;
    const isMain = isLatestRow(each.aggregate);
    columns.set(each.rank.identity, {
      name: names(isMain ? "recency" : `${each.name}_rank`),
      expression: {
        kind: "rank",
        window: each.rank.first ? "earliest_first" : "latest_first",
        condition: allOf(rankConditions(each, rows.time)),
      },
    });
  }
  const name = names("ranked");
  const windows = windowsFor(columns.values(), rows);
  const staged = restage(prepared, name, [...columns.values()], { windows }, names);
  const numberOf = ({ rank }: RowValues): SqlExpression | null => {
    const column = rank && columns.get(rank.identity);
    return column ? field(name, column.name) : null;
  };
  return {
    ...staged,
    orderOf: () => [],
    numberOf,
    isPicked: (each) => {
      const number = numberOf(each);
      if (!number) return [];
      return [{ kind: "comparison", operator: "=", left: number, right: { kind: "integer", value: 1 } }];
    },
  };
}

function rankConditions({ rank, where, operand }: RowValues, time: Clock | null): readonly SqlExpression[] {
  if (!rank) return [];
  return [
    ...windowGuard(time, rank.within).conditions,
    ...(rank.where && where ? [where.value] : []),
    ...(rank.present && operand ? [isNotNull(operand.value)] : []),
  ];
}

function windowsFor(columns: Iterable<Item>, rows: SourceRows): readonly Window[] {
  const used = new Set([...columns].map(({ expression }) => (expression.kind === "rank" ? expression.window : "")));
  const partition = groupKeys(rows);
  const latest = latestFirst(rows);
  const orders: readonly (readonly [string, readonly Ordering[]])[] = [
    ["latest_first", latest],
    ["earliest_first", latest.map((ordering) => ({ ...ordering, descending: false }))],
  ];
  return orders.filter(([name]) => used.has(name)).map(([name, order]) => ({ name, partition, order }));
}
