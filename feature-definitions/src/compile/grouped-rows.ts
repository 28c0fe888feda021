import type { AggregateExpression } from "../ir/expressions";
import type { FeatureView } from "../ir/nodes";
import { typeOf } from "../ir/type-of";
import { always, type Guard } from "./computed-readings";
import { type AggregateReading, asItIs, type EntityRows, readColumn } from "./entity-rows";
import { isLatestRow, windowGuard } from "./latest-rows";
import { mapFields } from "./map-fields";
import { narrowJson } from "./narrow-json";
import { aggregatesOf, identityOf, isStrict } from "./rewrite";
import { type RankedRows, rankRows } from "./row-order";
import { planAggregate, type Rank, type RowValues } from "./row-values";
import { bindingsOf, type Clock, groupKeys, keysOver, scalar, sourceRows, withinWindow } from "./source-rows";
import { allOf, anyOf, field, from, type Item, isNotNull, type SqlExpression, type Stage, select } from "./sql-tree";
import type { Names } from "./stages";

/** Any view: one pass over the source's rows, grouped by entity. */
export function groupedRows(view: FeatureView, names: Names): EntityRows {
  const source = sourceRows(view.source, view.entity.key, [view.filter], "visible");
  const filters = [view.source.filter, view.filter];
  const narrowed = narrowJson(source, aggregatesOf(view.features), names);
  const planned = narrowed.aggregates.map((found) => planAggregate(found, filters));
  const grouped = groupRows(rankRows(narrowed.rows, planned, names), names);
  return { ...grouped, stages: [...narrowed.stages, ...grouped.stages] };
}

function groupRows(ranked: RankedRows, names: Names): EntityRows {
  const { rows, aggregates } = ranked;
  const stage = names("grouped");
  const items: Item[] = [...(rows.tenant ? [{ name: "_tenant", expression: rows.tenant }] : []), ...rows.keys];
  if (rows.time) {
    items.push({ name: "_event_time", expression: { kind: "last_time", operand: rows.time.value, filter: [] } });
  }
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
    const lostColumn = lostInRows(each, rows.time);
    let lost: SqlExpression | null = null;
    if (lostColumn) {
      const column = names(`${name}_lost`);
      items.push({ name: column, expression: { kind: "any_true", operand: lostColumn } });
      lost = field(stage, column);
    }
    if (!rank || !aggregate.operand) {
      const column = names(name);
      items.push({ name: column, expression: aggregateOf(each, rows.time) });
      const reading = readColumn(aggregate, column, field(stage, column, typeOf(aggregate)), always);
      return { identity, aggregate, reading, finish: asItIs, lost };
    }
    const isMain = isLatestRow(aggregate);
    const filter = ranked.isPicked(each);
    const pickedTime = (): SqlExpression =>
      isMain && rows.time ? field(stage, "_event_time") : timeOfPick(each, rank);
    if (each.operand) {
      // The value is known for every row, and null where none is picked.
      const guard = windowOfPick(aggregate, rank, rows.time, pickedTime);
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
        guard: pickGuard(aggregate, rank, rows.time, pickedTime),
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
      time: rows.time && { value: field(stage, "_event_time"), zone: rows.time.zone },
    },
    aggregates: readings,
    hasMembers: false,
  };
}

function aggregateOf({ aggregate, where, operand, domain }: RowValues, time: Clock | null): SqlExpression {
  if (aggregate.name === "latest" || aggregate.name === "first") return { kind: "null", type: typeOf(aggregate) };
  const filter = [...windowGuard(time, aggregate.overSeconds).conditions, ...(where ? [where.value] : [])];
  if (operand && domain) {
    const values = domain.map((literal) => scalar(literal, new Map()));
    return { kind: "count_values", operand: operand.value, values, filter };
  }
  return {
    kind: "convert",
    type: typeOf(aggregate),
    operand: {
      kind: "aggregate",
      name: aggregate.name,
      operand: operand?.value ?? null,
      operandType: aggregate.operand && typeOf(aggregate.operand),
      filter,
    },
  };
}

/** Whether a row lost a value that the aggregate asked for: in its condition, or in its operand where the condition holds. */
function lostInRows({ aggregate, where, operand }: RowValues, time: Clock | null): SqlExpression | null {
  const inOperand = operand?.lost ? allOf([...(where ? [where.value] : []), operand.lost]) : null;
  const lost = anyOf([where?.lost ?? null, inOperand].filter((condition) => condition !== null));
  return lost && allOf([...windowGuard(time, aggregate.overSeconds).conditions, lost]);
}

/** A picked row of `latest` counts only inside the window. */
function windowOfPick(
  aggregate: AggregateExpression,
  rank: Rank,
  time: Clock | null,
  pickedTime: () => SqlExpression,
): Guard {
  if (!time || aggregate.name !== "latest" || aggregate.overSeconds === null) {
    return { identity: rank.identity, conditions: [] };
  }
  const condition = withinWindow({ value: pickedTime(), zone: time.zone }, aggregate.overSeconds);
  return { identity: `${rank.identity} within ${aggregate.overSeconds}`, conditions: [condition] };
}

/** When the columns of a picked row count: it exists, and is inside the window. */
function pickGuard(
  aggregate: AggregateExpression,
  rank: Rank,
  time: Clock | null,
  pickedTime: () => SqlExpression,
): Guard {
  const window = windowOfPick(aggregate, rank, time, pickedTime);
  const alwaysPicked = rank.where === null && rank.withinSeconds === null;
  const isNullAnyway = aggregate.operand !== null && isStrict(aggregate.operand);
  if (window.conditions.length > 0 || alwaysPicked || isNullAnyway) return window;
  return { ...window, conditions: [isNotNull(pickedTime())] };
}
