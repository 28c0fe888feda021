import type { AggregateExpression } from "../ir/expressions";
import type { FeatureView } from "../ir/nodes";
import { typeOf } from "../ir/type-of";
import { always } from "./computed-readings";
import type { Spine } from "./entities";
import { type AggregateReading, asItIs, type EntityRows, readColumn } from "./entity-rows";
import { pickGuard, windowOfPick } from "./grouped-rows";
import { isLatestRow } from "./latest-rows";
import { mapFields } from "./map-fields";
import { type Period, periodOf } from "./period";
import { aggregatesOf } from "./rewrite";
import type { Rank } from "./row-values";
import { bindingsOf, groupKeys, type SourceRows, spineRow } from "./source-rows";
import {
  type From,
  field,
  from,
  type Item,
  isNotNull,
  isNull,
  type SqlExpression,
  type Stage,
  select,
  type Window,
} from "./sql-tree";
import type { Names } from "./stages";
import { type Timeline, timelineOf, timesOf } from "./timeline";

type Mergeable = Exclude<
  AggregateExpression["name"],
  "latest" | "first" | "last_n" | "collect" | "count_distinct" | "percentile" | "mode"
>;

function isMergeable(name: AggregateExpression["name"]): name is Mergeable {
  return ["count", "sum", "avg", "min", "max", "stddev", "variance", "any", "every"].includes(name);
}

/**
 * Whether a view's values can be told along one order of time: rows are known as soon as they happen, and each aggregate
 * is one that a frame can be moved for, or takes a row.
 */
export function canRun({ source, features }: FeatureView): boolean {
  if (source.eventTime === null || source.knownTime !== null || source.history === "current") return false;
  return aggregatesOf(features).every(
    ({ aggregate: { name } }) => isMergeable(name) || name === "latest" || name === "first",
  );
}

/**
 * A view's rows for a spine, without a join of the two: the frame that ends at a spine row has what its as-of time has,
 * since rows of equal time are in it. What happened is known at once, as `canRun` says.
 */
export function runningRows(view: FeatureView, names: Names, spine: Spine): EntityRows {
  const timeline = timelineOf(view, names, spine);
  const { rows, aggregates, position } = timeline;
  if (!rows.time) throw new TypeError(`${view.name} has no event time to run along`);
  const windows = new Map<string, Window>();
  const items: Item[] = [
    { name: timeline.spineRow, expression: field(timeline.name, timeline.spineRow) },
    { name: timeline.asOf, expression: field(timeline.name, timeline.asOf) },
  ];
  const isSource = isNull(field(timeline.name, timeline.spineRow));
  const running = names("running");
  const over = (operand: SqlExpression, period: Period | null): SqlExpression => ({
    kind: "over",
    operand,
    window: windowOf(windows, rows, period),
  });
  const lastTime = names("last_time");
  items.push({
    name: lastTime,
    expression: over({ kind: "last_time", operand: rows.time.value, filter: [isSource] }, null),
  });
  const positions = new Map<string, string>();
  for (const each of aggregates) {
    const { rank, name, where, operand } = each;
    if (!rank || position === null || positions.has(rank.identity)) continue;
    const column = names(`${name}_position`);
    positions.set(rank.identity, column);
    const filter = [
      isSource,
      ...(rank.where && where ? [where.value] : []),
      ...(rank.present && operand ? [isNotNull(operand.value)] : []),
    ];
    const extreme = aggregateNode(rank.first ? "min" : "max", field(timeline.name, position), "int64", filter);
    items.push({ name: column, expression: over(extreme, rank.within) });
  }
  const values = new Map<string, string>();
  for (const each of aggregates) {
    const { aggregate, identity, name, where, operand } = each;
    if (!isMergeable(aggregate.name)) continue;
    const column = names(name);
    values.set(identity, column);
    const type = aggregate.operand && typeOf(aggregate.operand);
    const filter = [isSource, ...(where ? [where.value] : [])];
    const node = aggregateNode(aggregate.name, operand && instantOf(operand.value), type, filter);
    items.push({
      name: column,
      expression: { kind: "convert", type: typeOf(aggregate), operand: over(node, periodOf(aggregate)) },
    });
  }
  const carried = new Set(items.map(({ name }) => name));
  if (position !== null) {
    for (const column of timeline.columns) {
      if (!carried.has(column)) items.push({ name: column, expression: field(timeline.name, column) });
    }
  }
  const stage: Stage = {
    name: running,
    query: select({
      items,
      from: from({ kind: "stage", name: timeline.name }, timeline.name),
      windows: [...windows.values()],
    }),
  };
  return asked({ timeline, running, lastTime, positions, values }, stage, names);
}

function windowOf(windows: Map<string, Window>, rows: SourceRows, period: Period | null): string {
  const name =
    period === null
      ? "so_far"
      : `over_${period.seconds}${period.endingSecondsBefore === 0 ? "" : `_ending_${period.endingSecondsBefore}`}`;
  windows.set(name, {
    name,
    partition: groupKeys(rows),
    order: timesOf(rows).map((expression) => ({ expression, descending: false, string: false })),
    frame: period ?? "not_later",
  });
  return name;
}

function aggregateNode(
  name: Mergeable,
  operand: SqlExpression | null,
  operandType: ReturnType<typeof typeOf> | null,
  filter: readonly SqlExpression[],
): SqlExpression {
  return { kind: "aggregate", name, operand, operandType, fraction: null, filter };
}

/** A zoneless time as an instant, before it is aggregated: after `over` it is no aggregate any more. */
function instantOf(value: SqlExpression): SqlExpression {
  if (value.kind !== "read" || value.type !== "timestamp" || value.zone === null) return value;
  return { kind: "instant", operand: value.field, zone: value.zone };
}

interface Running {
  readonly timeline: Timeline;
  readonly running: string;
  readonly lastTime: string;
  /** Where the row stands that an aggregate takes, by the identity of its rank. */
  readonly positions: ReadonlyMap<string, string>;
  /** The column of an aggregate's value, by its identity. */
  readonly values: ReadonlyMap<string, string>;
}

/** The spine's rows out of the timeline, those with a visible row, each with the rows that its aggregates take. */
function asked({ timeline, running, lastTime, positions, values }: Running, stage: Stage, names: Names): EntityRows {
  const { rows, aggregates, position } = timeline;
  const name = names("asked");
  const items: Item[] = [
    { name: "_row", expression: field(running, timeline.spineRow) },
    { name: "_event_time", expression: field(running, lastTime) },
    { name: "_as_of", expression: field(running, timeline.asOf) },
  ];
  const joins: From["joins"][number][] = [];
  const aliases = new Map<string, string>();
  for (const [identity, column] of positions) {
    if (position === null) continue;
    const alias = names("picked");
    aliases.set(identity, alias);
    const on: SqlExpression = {
      kind: "comparison",
      operator: "=",
      left: field(alias, position),
      right: field(running, column),
    };
    joins.push({ kind: "left", relation: { kind: "stage", name: running }, alias, on: [on] });
  }
  const taken = new Map<string, SqlExpression>();
  const take = (preferred: string, expression: SqlExpression): SqlExpression => {
    const key = expression.kind === "field" || expression.kind === "read" ? JSON.stringify(expression) : preferred;
    const known = taken.get(key);
    if (known) return known;
    const column = names(preferred);
    items.push({ name: column, expression });
    const read = field(name, column);
    taken.set(key, read);
    return read;
  };
  const asOf = field(name, "_as_of", "timestamp");
  const time = rows.time && { value: field(name, "_event_time"), zone: rows.time.zone, asOf };
  const takenFrom = (rank: Rank, expression: SqlExpression): SqlExpression => {
    const alias = aliases.get(rank.identity) ?? running;
    return mapFields(expression, (read) => ({ ...read, relation: alias }));
  };
  const readings = aggregates.flatMap((each): AggregateReading[] => {
    const { aggregate, identity, rank, operand } = each;
    const column = values.get(identity);
    if (column !== undefined) {
      const value = field(name, column, typeOf(aggregate));
      items.push({ name: column, expression: field(running, column) });
      return [
        { identity, aggregate, reading: readColumn(aggregate, each.name, value, always), finish: asItIs, lost: null },
      ];
    }
    if (!rank || !aggregate.operand) return [];
    const pickedTime = (): SqlExpression =>
      isLatestRow(aggregate) && time
        ? time.value
        : take(`${each.name}_time`, takenFrom(rank, rows.time?.value ?? { kind: "null", type: "timestamp" }));
    if (operand) {
      const value = take(each.name, takenFrom(rank, operand.value));
      const guard = windowOfPick(aggregate, rank, time, pickedTime);
      return [
        { identity, aggregate, reading: readColumn(aggregate, each.name, value, guard), finish: asItIs, lost: null },
      ];
    }
    const bindings = new Map(
      [...bindingsOf(aggregate.operand, rows.bindings)].map(([bound, read]): [string, SqlExpression] => [
        bound,
        mapFields(read, (of) => {
          const picked = take(`${each.name}_${of.name}`, takenFrom(rank, of));
          return picked.kind === "field" ? { ...picked, type: of.type } : picked;
        }),
      ]),
    );
    const guard = pickGuard(aggregate, rank, time, pickedTime);
    return [
      {
        identity,
        aggregate,
        reading: { expression: aggregate.operand, bindings, guard, name: each.name },
        finish: asItIs,
        lost: null,
      },
    ];
  });
  const askedStage: Stage = {
    name,
    query: select({
      items,
      from: from({ kind: "stage", name: running }, running, joins),
      where: [isNotNull(field(running, timeline.spineRow)), isNotNull(field(running, lastTime))],
    }),
  };
  return {
    stages: [...timeline.stages, stage, askedStage],
    rows: {
      from: from({ kind: "stage", name }, name),
      where: [],
      tenant: null,
      keys: [spineRow(name)],
      time,
      asOf,
    },
    aggregates: readings,
    hasMembers: false,
  };
}
