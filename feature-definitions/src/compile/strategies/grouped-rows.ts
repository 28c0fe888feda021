import { isByTime, isGathering } from "../../ir/aggregates";
import type { AggregateExpression } from "../../ir/expressions";
import type { FeatureView } from "../../ir/nodes";
import { typeOf } from "../../ir/type-of";
import type { Entities } from "../source/entities";
import { narrowJson } from "../source/narrow-json";
import {
  bindingsOf,
  type Clock,
  groupKeys,
  keysOver,
  type Rows,
  scalar,
  sourceRows,
  withinWindow,
} from "../source/source-rows";
import type { Names } from "../source/stages";
import type { DialectTraits } from "../tree/dialect-traits";
import { mapFields } from "../tree/map-fields";
import { periodOf } from "../tree/period";
import { aggregatesOf, identityOf, isStrict } from "../tree/rewrite";
import { allOf, field, from, type Item, isNotNull, type SqlExpression, type Stage, select } from "../tree/sql-tree";
import { resultOf } from "./aggregate-result";
import { type AggregateReading, asItIs, type EntityRows, readColumn } from "./entity-rows";
import { isLatestRow, windowGuard } from "./latest-rows";
import { always, type Guard } from "./reading";
import { isSortable, type RankedRows, rankRows } from "./row-order";
import { listType, lostInRow, planAggregate, type Rank, type RowValues } from "./row-values";

/** General strategy for any view: one pass over the source's rows, grouped by entity. */
export function groupedRows(view: FeatureView, names: Names, entities: Entities, traits: DialectTraits): EntityRows {
  const source = sourceRows(view.source, view.entity.key, [view.filter], "visible", entities);
  const filters = [view.source.filter, view.filter];
  const narrowed = narrowJson(source, aggregatesOf(view.features), names);
  const planned = narrowed.aggregates.map((found) => planAggregate(found, filters));
  const grouped = groupRows(rankRows(narrowed.rows, planned, names, traits), names);
  return { ...grouped, stages: [...narrowed.stages, ...grouped.stages] };
}

function groupRows(ranked: RankedRows, names: Names): EntityRows {
  const { rows, aggregates } = ranked;
  const stage = names("grouped");
  const items: Item[] = [...(rows.tenant ? [{ name: "_tenant", expression: rows.tenant }] : []), ...rows.keys];
  if (rows.time) {
    items.push({ name: "_event_time", expression: { kind: "last_time", operand: rows.time.value, filter: [] } });
  }
  if (rows.asOf) {
    // It is the same for all rows of a group; grouping by it as well would require another sort order.
    items.push({ name: "_as_of", expression: { kind: "last_time", operand: rows.asOf, filter: [] } });
  }
  const asOf = rows.asOf && field(stage, "_as_of", "timestamp");
  const time = rows.time && { value: field(stage, "_event_time"), zone: rows.time.zone, asOf };
  const picks = new Map<string, SqlExpression>();
  const pick = (key: string, preferred: string, expression: SqlExpression): SqlExpression => {
    const known = picks.get(key);
    if (known) return known;
    const column = field(stage, preferred);
    items.push({ name: preferred, expression });
    picks.set(key, column);
    return column;
  };
  const timeOfPick = (each: RowValues, rank: Rank): SqlExpression => {
    const filter = ranked.isPicked(each);
    const time: SqlExpression = rows.time
      ? { kind: "last_time", operand: rows.time.value, filter }
      : {
          kind: "pick",
          type: "string",
          operand: groupKeys(rows)[0] ?? { kind: "integer", value: 1 },
          filter,
          order: ranked.orderOf(each),
        };
    return pick(`${rank.identity} time`, names(`${each.name}_time`), time);
  };
  const readings = aggregates.map((each): AggregateReading => {
    const { aggregate, identity, name, rank } = each;
    const lostColumn = lostInWindow(each, rows.time);
    let lost: SqlExpression | null = null;
    if (lostColumn) {
      const column = names(`${name}_lost`);
      items.push({ name: column, expression: { kind: "any_true", operand: lostColumn } });
      lost = field(stage, column);
    }
    if (!rank || !aggregate.operand) {
      const column = names(name);
      items.push({ name: column, expression: aggregateOf(each, rows) });
      const reading = readColumn(aggregate, column, field(stage, column, typeOf(aggregate)), always);
      return { identity, aggregate, reading, finish: asItIs, lost };
    }
    if (isGathering(aggregate.name)) {
      const column = names(name);
      items.push({ name: column, expression: listOf(ranked, each) });
      const reading = readColumn(aggregate, column, field(stage, column, typeOf(aggregate)), always);
      const isReversed = aggregate.name === "collect" && ranked.numberOf(each) === null;
      const finish = (list: SqlExpression): SqlExpression => (isReversed ? { kind: "reversed", operand: list } : list);
      return { identity, aggregate, reading, finish, lost };
    }
    const isMain = isLatestRow(aggregate);
    const filter = ranked.isPicked(each);
    const pickedTime = (): SqlExpression => (isMain && time ? time.value : timeOfPick(each, rank));
    if (each.operand) {
      // The value is computed for every row and is null if no row is picked.
      const guard = windowOfPick(aggregate, rank, time, pickedTime);
      const type = typeOf(aggregate);
      const column = pick(`${rank.identity} value ${identityOf(aggregate.operand)}`, names(name), {
        kind: "pick",
        type,
        operand: each.operand.value,
        filter,
        order: ranked.orderOf(each),
      });
      return { identity, aggregate, reading: readColumn(aggregate, name, column, guard), finish: asItIs, lost };
    }
    const bindings = new Map(
      [...bindingsOf(aggregate.operand, rows.bindings)].map(([column, bound]): [string, SqlExpression] => [
        column,
        mapFields(bound, (read) => {
          const preferred = isMain ? read.name : names(`${name}_${read.name}`);
          const type = bound.kind === "read" ? bound.type : "string";
          const order = ranked.orderOf(each);
          return pick(`${rank.identity} ${read.name}`, preferred, { kind: "pick", type, operand: read, filter, order });
        }),
      ]),
    );
    return {
      identity,
      aggregate,
      reading: {
        expression: aggregate.operand,
        bindings,
        guard: pickGuard(aggregate, rank, time, pickedTime),
        name,
      },
      finish: asItIs,
      lost,
    };
  });
  const grouped: Stage = {
    name: stage,
    query: select({ items, from: rows.from, where: rows.where, groupBy: groupKeys(rows) }),
  };
  return {
    stages: [...ranked.stages, grouped],
    rows: {
      from: from({ kind: "stage", name: stage }, stage),
      where: [],
      tenant: rows.tenant && field(stage, "_tenant", "string"),
      keys: keysOver(stage, rows.keys),
      time,
      asOf,
    },
    aggregates: readings,
    hasMembers: false,
  };
}

function aggregateOf({ aggregate, where, operand, domain }: RowValues, { time, asOf }: Rows): SqlExpression {
  const { name, fraction = null } = aggregate;
  if (isByTime(name)) return { kind: "null", type: typeOf(aggregate) };
  const filter = [...windowGuard(time, periodOf(aggregate)).conditions, ...(where ? [where.value] : [])];
  if (operand && domain) {
    const values = domain.map((literal) => scalar(literal, new Map()));
    return { kind: "count_values", operand: operand.value, values, filter };
  }
  // A spine row has few source rows; sorting all rows by value as well would cost more.
  if (name === "count_distinct" && operand && asOf && isSortable(aggregate)) {
    return { kind: "count_listed", operand: operand.value, filter };
  }
  const operandType = aggregate.operand && typeOf(aggregate.operand);
  const node = (of: typeof name, value: SqlExpression | null): SqlExpression => ({
    kind: "aggregate",
    name: of,
    operand: value,
    operandType,
    fraction: fraction === null ? null : scalar({ kind: "literal", type: "float64", value: fraction }, new Map()),
    filter,
  });
  const value = operand?.value ?? null;
  // PostgreSQL's own mean of doubles also sums their squares, which can overflow although the mean does not use them.
  const isFloatMean = name === "avg" && operandType === "float64";
  const counted = value?.kind === "read" ? value.field : value;
  return resultOf(
    aggregate,
    isFloatMean ? { kind: "mean", sum: node("sum", value), count: node("count", counted) } : node(name, value),
  );
}

/** The values of the first `limit` rows: by rank, or else newest first. */
function listOf({ numberOf, isPicked, orderOf }: RankedRows, each: RowValues): SqlExpression {
  const { aggregate, operand } = each;
  const number = numberOf(each);
  const type = listType(aggregate);
  const limit = aggregate.limit ?? 0;
  if (!operand) return { kind: "null", type };
  const list = { kind: "gather", operand: operand.value, type } as const;
  if (!number) return { ...list, filter: isPicked(each), order: orderOf(each), limit };
  const isWithin: SqlExpression = {
    kind: "comparison",
    operator: "<=",
    left: number,
    right: { kind: "integer", value: limit },
  };
  const order = [{ expression: number, descending: aggregate.name === "collect", string: false }];
  return { ...list, filter: [isWithin], order, limit: null };
}

/** Returns whether a row of the aggregate's window loses a value that the aggregate reads. */
function lostInWindow(each: RowValues, time: Clock | null): SqlExpression | null {
  const lost = lostInRow(each);
  return lost && allOf([...windowGuard(time, periodOf(each.aggregate)).conditions, lost]);
}

/** The row picked for `latest` counts only inside the window. */
export function windowOfPick(
  aggregate: AggregateExpression,
  rank: Rank,
  time: Clock | null,
  pickedTime: () => SqlExpression,
): Guard {
  const period = periodOf(aggregate);
  if (!time || !period || rank.within) return { identity: rank.identity, conditions: [] };
  const conditions = withinWindow({ ...time, value: pickedTime() }, period);
  return { identity: `${rank.identity} within ${period.seconds}`, conditions };
}

/** The condition under which the columns of a picked row count: it exists and lies inside the window. */
export function pickGuard(
  aggregate: AggregateExpression,
  rank: Rank,
  time: Clock | null,
  pickedTime: () => SqlExpression,
): Guard {
  const window = windowOfPick(aggregate, rank, time, pickedTime);
  const alwaysPicked = rank.where === null && rank.within === null;
  const isNullAnyway = aggregate.operand !== null && isStrict(aggregate.operand);
  if (window.conditions.length > 0 || alwaysPicked || isNullAnyway) return window;
  return { ...window, conditions: [isNotNull(pickedTime())] };
}
