import { type AggregateWith, isMergeable, traitsOf } from "../../ir/aggregates";
import type { FeatureView } from "../../ir/nodes";
import { typeOf } from "../../ir/type-of";
import type { Spine } from "../source/entities";
import { bindingsOf, equal, groupKeys, type SourceRows, spineRow } from "../source/source-rows";
import type { Names } from "../source/stages";
import type { DialectTraits } from "../tree/dialect-traits";
import { mapFields } from "../tree/map-fields";
import { type Period, periodOf } from "../tree/period";
import { aggregatesOf } from "../tree/rewrite";
import {
  type Field,
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
} from "../tree/sql-tree";
import { resultOf } from "./aggregate-result";
import { type AggregateReading, asItIs, type EntityRows, readColumn } from "./entity-rows";
import { pickGuard, windowOfPick } from "./grouped-rows";
import { isLatestRow } from "./latest-rows";
import { always } from "./reading";
import type { Rank } from "./row-values";
import { isTakenByWindow, type Timeline, timelineOf } from "./timeline";

type Mergeable = AggregateWith<{ mergeable: true }>;

/**
 * How far back, in seconds, a window may reach: from the earliest representable time that can be distinguished from
 * others, 4000 BC.
 */
const FARTHEST_REACH = 700 * 365 * 86_400;

/**
 * Returns whether a view can be computed in one pass over time: rows are known as soon as they happen, and each
 * aggregate either supports a moving frame or takes a row.
 */
export function canRun({ source, features }: FeatureView): boolean {
  if (source.eventTime === null || source.knownTime !== null || source.history === "current") return false;
  return aggregatesOf(features).every(({ aggregate }) => {
    const { name } = aggregate;
    const { seconds, endingSecondsBefore } = periodOf(aggregate) ?? { seconds: 0, endingSecondsBefore: 0 };
    const isWithinReach = seconds + endingSecondsBefore <= FARTHEST_REACH;
    return isWithinReach && (isMergeable(name) || traitsOf(name).gives === "row");
  });
}

/**
 * Computes a view's rows for a spine without joining the two: the frame that ends at a spine row contains exactly the
 * rows visible at its as-of time, since rows of equal time are peers. Events count as known at once, as `canRun`
 * requires.
 */
export function runningRows(view: FeatureView, names: Names, spine: Spine, traits: DialectTraits): EntityRows {
  const timeline = timelineOf(view, names, spine, traits);
  const { rows, aggregates, position } = timeline;
  if (!rows.time) throw new TypeError(`${view.name} has no event time to order by`);
  const windows = new Map<string, Window>();
  const items: Item[] = [timeline.spineRow, timeline.asOf, ...timeline.positionScope].map((column) => ({
    name: column,
    expression: field(timeline.name, column),
  }));
  const isSource = isNull(field(timeline.name, timeline.spineRow));
  const running = names("running");
  const over = (operand: SqlExpression, period: Period | null): SqlExpression => ({
    kind: "over",
    operand,
    window: windowOf(windows, timeline, period),
  });
  const known = new Map<string, string>();
  const add = (preferred: string, expression: SqlExpression): string => {
    const key = JSON.stringify(expression);
    const column = known.get(key) ?? names(preferred);
    if (!known.has(key)) items.push({ name: column, expression });
    known.set(key, column);
    return column;
  };
  const lastTime = add("last_time", over({ kind: "last_time", operand: rows.time.value, filter: [isSource] }, null));
  const positions = new Map<string, string>();
  const records = new Map<string, RunningRecord>();
  for (const each of aggregates) {
    const { rank, name, where, operand } = each;
    if (!rank || positions.has(rank.identity) || records.has(rank.identity)) continue;
    const filter = [
      isSource,
      ...(rank.where && where ? [where.value] : []),
      ...(rank.present && operand ? [isNotNull(operand.value)] : []),
    ];
    if (isTakenByWindow(rank, traits)) {
      const { first, within } = rank;
      records.set(rank.identity, { column: names(`${name}_row`), first, within, filter, fields: new Map() });
      continue;
    }
    if (position === null) continue;
    const extreme = aggregateNode(rank.first ? "min" : "max", field(timeline.name, position), "int64", filter);
    positions.set(rank.identity, add(`${name}_position`, over(extreme, rank.within)));
  }
  const losses = new Map<string, string>();
  for (const { aggregate, identity, name } of aggregates) {
    const column = timeline.lost.get(identity);
    if (column === undefined) continue;
    const isLost: SqlExpression = { kind: "any_true", operand: field(timeline.name, column) };
    losses.set(identity, add(`${name}_lost`, over(isLost, periodOf(aggregate))));
  }
  const values = new Map<string, Item>();
  for (const each of aggregates) {
    const { aggregate, identity, name, where, operand } = each;
    if (!isMergeable(aggregate.name)) continue;
    const type = aggregate.operand && typeOf(aggregate.operand);
    const filter = [
      ...(isNullOfSpine(operand?.value ?? null, rows) ? [] : [isSource]),
      ...(where ? [where.value] : []),
    ];
    const framed = (of: Mergeable, value: SqlExpression | null): SqlExpression => {
      const node = over(aggregateNode(of, value, type, filter), periodOf(aggregate));
      return field(running, add(`${name}_${of}`, node));
    };
    const value = framedValue(aggregate.name, operand?.value ?? null, framed);
    values.set(identity, {
      name: names(name),
      expression: resultOf(aggregate, value),
    });
  }
  const atTimes = rowsAtTimes({ timeline, running, lastTime, positions, records, values, losses }, names);
  const taken = [...records.values()].filter(({ fields }) => fields.size > 0);
  const recordItems = taken.map((record) => recordItem(record, timeline, windows));
  if (taken.some(({ within }) => within === null))
    windows.set("in_order", { name: "in_order", partition: groupKeys(rows), order: timeline.order });
  const stage: Stage = {
    name: running,
    query: select({
      items: [...items, ...recordItems],
      from: from({ kind: "stage", name: timeline.name }, timeline.name),
      windows: [...windows.values()],
    }),
  };
  return { ...atTimes, stages: [...timeline.stages, stage, ...atTimes.stages] };
}

function recordItem(
  { column, first, within, filter, fields }: RunningRecord,
  timeline: Timeline,
  windows: Map<string, Window>,
): Item {
  const items = [...fields].map(([name, expression]) => ({ name, expression }));
  const [window, order] =
    within === null ? (["in_order", null] as const) : [windowOf(windows, timeline, within), timeline.order];
  return {
    name: column,
    expression: { kind: "over", operand: { kind: "record", items, first, filter, order }, window },
  };
}

function windowOf(
  windows: Map<string, Window>,
  { rows, name: relation, time }: Timeline,
  period: Period | null,
): string {
  const name =
    period === null
      ? "so_far"
      : `over_${period.seconds}${period.endingSecondsBefore === 0 ? "" : `_ending_${period.endingSecondsBefore}`}`;
  windows.set(name, {
    name,
    partition: groupKeys(rows),
    order: [{ expression: field(relation, time), descending: false, string: false }],
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

/** Returns whether the spine's rows contribute nothing to an aggregate's count: they have only keys and a time. */
function isNullOfSpine(operand: SqlExpression | null, { keys }: SourceRows): boolean {
  const column = operand?.kind === "read" ? operand.field : operand;
  return column?.kind === "field" && column.name !== "_event_time" && keys.every(({ name }) => name !== column.name);
}

/**
 * An aggregate's value from the columns that `framed` computes along the timeline. Whatever can be deferred is computed
 * for the spine's rows only; for a mean, this is the division.
 */
function framedValue(
  name: Mergeable,
  operand: SqlExpression | null,
  framed: (of: Mergeable, value: SqlExpression | null) => SqlExpression,
): SqlExpression {
  const plain = operand?.kind === "read" ? operand.field : operand;
  if (name === "count") return framed(name, plain);
  if (name === "avg") return { kind: "mean", sum: framed("sum", operand), count: framed("count", plain) };
  if (operand?.kind !== "read" || operand.type !== "timestamp" || operand.zone === null) return framed(name, operand);
  // UTC never goes back, so the result can be converted.
  if (operand.zone === "UTC") return { kind: "instant", operand: framed(name, plain), zone: operand.zone };
  return framed(name, { kind: "instant", operand: operand.field, zone: operand.zone });
}

/** A column of the running rows that holds the row which an aggregate takes. */
interface RunningRecord {
  readonly column: string;
  readonly first: boolean;
  /** The window in which it is sought; null: from the beginning. */
  readonly within: Period | null;
  readonly filter: readonly SqlExpression[];
  /** The fields of the row that are read, by their names; each reader adds its own. */
  readonly fields: Map<string, Field>;
}

interface Running {
  readonly timeline: Timeline;
  readonly running: string;
  readonly lastTime: string;
  /** The position of the row that an aggregate takes, by the identity of its rank. */
  readonly positions: ReadonlyMap<string, string>;
  /** The row that an aggregate takes, by the identity of its rank. */
  readonly records: ReadonlyMap<string, RunningRecord>;
  /** The column of an aggregate's value over the running rows, by the aggregate's identity. */
  readonly values: ReadonlyMap<string, Item>;
  /** The running column that says whether a row of an aggregate's frame lost a value, by the aggregate's identity. */
  readonly losses: ReadonlyMap<string, string>;
}

/**
 * Selects the spine's rows with a visible source row from the running rows, and joins the rows that their aggregates
 * take by position.
 */
function rowsAtTimes(
  { timeline, running, lastTime, positions, records, values, losses }: Running,
  names: Names,
): EntityRows {
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
    const on = [
      ...timeline.positionScope.map((key) => equal(field(alias, key), field(running, key))),
      equal(field(alias, position), field(running, column)),
    ];
    joins.push({ kind: "left", relation: { kind: "stage", name: timeline.name }, alias, on });
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
    const record = records.get(rank.identity);
    if (record) {
      return mapFields(expression, (read) => {
        record.fields.set(read.name, read);
        return { ...read, relation: running, record: record.column };
      });
    }
    const alias = aliases.get(rank.identity) ?? running;
    return mapFields(expression, (read) => ({ ...read, relation: alias }));
  };
  const readings = aggregates.flatMap((each): AggregateReading[] => {
    const { aggregate, identity, rank, operand } = each;
    const loss = losses.get(identity);
    const lost = loss === undefined ? null : take(loss, field(running, loss));
    const known = values.get(identity);
    if (known) {
      const value = field(name, known.name, typeOf(aggregate));
      items.push(known);
      return [{ identity, aggregate, reading: readColumn(aggregate, each.name, value, always), finish: asItIs, lost }];
    }
    if (!rank || !aggregate.operand) return [];
    const pickedTime = (): SqlExpression =>
      isLatestRow(aggregate) && time
        ? time.value
        : take(`${each.name}_time`, takenFrom(rank, rows.time?.value ?? { kind: "null", type: "timestamp" }));
    if (operand) {
      const value = take(each.name, takenFrom(rank, operand.value));
      const guard = windowOfPick(aggregate, rank, time, pickedTime);
      return [{ identity, aggregate, reading: readColumn(aggregate, each.name, value, guard), finish: asItIs, lost }];
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
        lost,
      },
    ];
  });
  const rowsAtTimesStage: Stage = {
    name,
    query: select({
      items,
      from: from({ kind: "stage", name: running }, running, joins),
      where: [isNotNull(field(running, timeline.spineRow)), isNotNull(field(running, lastTime))],
    }),
  };
  return {
    stages: [rowsAtTimesStage],
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
