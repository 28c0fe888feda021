import { traitsOf } from "../../ir/aggregates";
import type { AggregateExpression, Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import { some } from "../../ir/visit";
import { bindingsOf, type Clock, groupKeys, keyOrder, type SourceRows } from "../source/source-rows";
import type { Names } from "../source/stages";
import type { DialectTraits } from "../tree/dialect-traits";
import { allOf, field, type Item, isNotNull, type Ordering, type SqlExpression, type Window } from "../tree/sql-tree";
import { isLatestRow, latestFirst, windowGuard } from "./latest-rows";
import { evaluateRows, type Planned, type PreparedRows, type RowValues, restage } from "./row-values";

export interface RankedRows extends PreparedRows {
  /** True for the row that an aggregate takes and for no earlier row in the input order. */
  readonly isPicked: (aggregate: RowValues) => readonly SqlExpression[];
  /** The row's rank among the rows that an aggregate may take, from 1; null if rows are not ranked. */
  readonly numberOf: (aggregate: RowValues) => SqlExpression | null;
  /** The order of the rank, if the rows do not come in it. */
  readonly orderOf: (aggregate: RowValues) => readonly Ordering[];
}

/**
 * Prepares the rows so that each aggregate that takes a row can find it. If rows do not keep their order, each such
 * aggregate names its own: the engine then looks for the first row by that order, and sorts nothing.
 */
export function rankRows(
  source: SourceRows,
  planned: readonly Planned[],
  names: Names,
  { keepsInputOrder }: DialectTraits,
): RankedRows {
  if (!keepsInputOrder) return orderRows(evaluateRows(source, planned, [], names));
  const picks = planned.flatMap(({ rank, aggregate }) =>
    rank && aggregate.operand ? [...bindingsOf(aggregate.operand, source.bindings).keys()] : [],
  );
  if (picks.length > 0 && planned.every((each) => allowsSorting(each, source))) {
    const prepared = evaluateRows(source, planned, [...keyOrder(source), ...latestFirst(source)], names);
    // The aggregate takes the first row that satisfies its conditions.
    return {
      ...prepared,
      isPicked: (each) => rankConditions(each, prepared.rows.time),
      numberOf: () => null,
      orderOf: () => [],
    };
  }
  const prepared = evaluateRows(source, planned, [], names);
  // For a single value, sorting each entity's rows costs less than ranking all rows.
  if (picks.length <= 1 && !planned.some(picksArray)) return orderRows(prepared);
  return numberRows(prepared, names);
}

/** Returns whether an aggregate can use rows sorted by recency, independent of the other aggregates of a spine. */
export function isSortable(aggregate: AggregateExpression): boolean {
  const { sortable } = traitsOf(aggregate.name);
  return sortable === "always" || (sortable === "scalars" && !readsArray(aggregate));
}

/**
 * PostgreSQL preserves the order of rows unless an aggregate with its own order, such as a count of distinct values,
 * makes it sort again. The few source rows of a spine row are counted without sorting.
 */
function allowsSorting({ aggregate, domain }: Planned, { asOf }: SourceRows): boolean {
  const sortsItself = aggregate.name === "count_distinct" && domain === null && asOf === null;
  return !sortsItself && isSortable(aggregate);
}

/**
 * Arrays of different lengths cannot be gathered into one array to take its first item, so lists are gathered by rank.
 */
function picksArray({ rank, aggregate }: Planned): boolean {
  return rank !== null && readsArray(aggregate);
}

function readsArray(aggregate: AggregateExpression): boolean {
  const isArray = (expression: Expression): boolean => typeOf(expression).endsWith("[]");
  const { operand } = aggregate;
  return isArray(aggregate) || (operand !== null && some(operand, (node) => node.kind === "column" && isArray(node)));
}

/** Makes each aggregate that takes a row find it by its conditions. */
function orderRows(prepared: PreparedRows): RankedRows {
  const latest = latestFirst(prepared.rows);
  return {
    ...prepared,
    isPicked: (each) => rankConditions(each, prepared.rows.time),
    numberOf: () => null,
    orderOf: ({ rank }) => (rank?.first ? latest.map((ordering) => ({ ...ordering, descending: false })) : latest),
  };
}

/**
 * Ranks the rows in each order of which some aggregate takes the first; all aggregates that take the latest row share
 * one sort.
 */
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
