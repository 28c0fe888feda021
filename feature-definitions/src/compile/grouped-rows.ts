import type { AggregateExpression, Expression } from "../ir/expressions";
import type { FeatureView } from "../ir/nodes";
import { typeOf } from "../ir/type-of";
import { always, type ComputedReading, computeReadings, type Guard, type Reading } from "./computed-casts";
import { type AggregateReading, asItIs, type EntityRows, readColumn } from "./entity-rows";
import { isLatestRow, latestFirst, windowGuard } from "./latest-rows";
import { mapFields } from "./map-fields";
import { aggregatesOf, identityOf, isStrict } from "./rewrite";
import { shareExpressions } from "./shared-expressions";
import { bindingsOf, type Clock, keysOver, type Rows, type SourceRows, sourceRows, withinWindow } from "./source-rows";
import {
  allOf,
  anyOf,
  field,
  from,
  type Item,
  isNotNull,
  type Ordering,
  type SqlExpression,
  type Stage,
  select,
  type Window,
} from "./sql-tree";
import { type Names, stageRows } from "./stages";

/** Which row of an entity `latest` or `first` takes: the first in some order among those for which a condition is true. */
interface Rank {
  readonly identity: string;
  readonly first: boolean;
  readonly where: Expression | null;
  /** The operand that must not be null. */
  readonly present: Expression | null;
  /** `first` looks inside the window; the latest row of a window is the latest of all, if it is in it. */
  readonly withinSeconds: number | null;
}

function rankOf(aggregate: AggregateExpression): Rank | null {
  if (aggregate.name !== "latest" && aggregate.name !== "first") return null;
  const first = aggregate.name === "first";
  const present = aggregate.ignoreNulls ? aggregate.operand : null;
  const withinSeconds = first ? aggregate.overSeconds : null;
  const identity = JSON.stringify([first, aggregate.where, present, withinSeconds]);
  return { identity, first, where: aggregate.where, present, withinSeconds };
}

interface Planned {
  readonly aggregate: AggregateExpression;
  readonly identity: string;
  readonly name: string;
  readonly rank: Rank | null;
}

/** What a row gives to an aggregate: the values of expressions, and whether evaluating them lost something. */
type RowValue = ComputedReading | null;

interface RowValues extends Planned {
  readonly where: RowValue;
  /** Null where a row is picked first, and its columns evaluated. */
  readonly operand: RowValue;
}

interface PreparedRows {
  readonly stages: readonly Stage[];
  readonly rows: SourceRows;
  readonly aggregates: readonly RowValues[];
}

/** Any view: one pass over the source's rows, grouped by entity. */
export function groupedRows(view: FeatureView, names: Names): EntityRows {
  const source = sourceRows(view.source, view.entity.key, [view.filter], "visible");
  const planned = aggregatesOf(view.features).map((found) => ({ ...found, rank: rankOf(found.aggregate) }));
  const ranked = rankRows(evaluateRows(source, planned, names), names);
  return groupRows(ranked, names);
}

/** Evaluates, for every row, what the aggregates ask of it. */
function evaluateRows(source: SourceRows, planned: readonly Planned[], names: Names): PreparedRows {
  const readings: Reading[] = [];
  const read = (expression: Expression, name: string): number =>
    readings.push({ expression, bindings: source.bindings, guard: always, name }) - 1;
  const indexes = planned.map(({ aggregate, name, rank }) => ({
    where: aggregate.where && read(aggregate.where, `${name}_where`),
    operand: aggregate.operand && (rank === null || rank.present) ? read(aggregate.operand, name) : null,
  }));
  const later = [...pickedFields(planned, source), ...orderOf(source)];
  const shared = shareExpressions(source, readings, later, names);
  const columns = planned.map(({ aggregate }) => aggregate.operand && shared.columnOf(aggregate.operand));
  const computed = computeReadings(
    shared.rows,
    shared.readings,
    [...later.map(shared.rebind), ...columns.filter((column) => column != null)],
    names,
  );
  const rebind = (expression: SqlExpression): SqlExpression => computed.rebind(shared.rebind(expression));
  const at = (index: number | null): RowValue => (index === null ? null : (computed.readings[index] ?? null));
  return {
    stages: [...shared.stages, ...computed.stages],
    rows: rebindRows(source, computed.rows, rebind),
    aggregates: planned.map((each, index) => {
      const known = columns[index];
      return {
        ...each,
        where: at(indexes[index]?.where ?? null),
        operand: at(indexes[index]?.operand ?? null) ?? (known ? { value: computed.rebind(known), lost: null } : null),
      };
    }),
  };
}

function orderOf(rows: SourceRows): readonly SqlExpression[] {
  return rows.tieBreak.map((ordering) => ordering.expression);
}

/** The columns that picked rows are asked for. */
function pickedFields(planned: readonly Planned[], { bindings }: SourceRows): readonly SqlExpression[] {
  return planned.flatMap(({ rank, aggregate }) =>
    rank && !rank.present && aggregate.operand ? [...bindingsOf(aggregate.operand, bindings).values()] : [],
  );
}

function rebindRows(old: SourceRows, rows: Rows, rebind: (expression: SqlExpression) => SqlExpression): SourceRows {
  return {
    ...rows,
    bindings: new Map([...old.bindings].map(([name, bound]) => [name, rebind(bound)])),
    tieBreak: old.tieBreak.map((ordering) => ({ ...ordering, expression: rebind(ordering.expression) })),
  };
}

interface RankedRows extends PreparedRows {
  /** For each rank, what is true of the row it takes. */
  readonly isPicked: (rank: Rank) => readonly SqlExpression[];
}

/** Numbers the rows in each order that some aggregate takes the first of: one sort for all that look for the latest. */
function rankRows(prepared: PreparedRows, names: Names): RankedRows {
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
  if (columns.size === 0) return { ...prepared, isPicked: () => [] };
  const survivors = [
    ...pickedFields(
      aggregates.filter(({ operand }) => operand === null),
      rows,
    ),
    ...aggregates.flatMap(({ where, operand }) => [where, operand].flatMap(partsOf)),
  ];
  const name = names("ranked");
  const staged = stageRows(name, rows, [...columns.values()], survivors, {
    windows: windowsFor(columns.values(), rows),
  });
  const rebindValue = (value: RowValue): RowValue =>
    value && { value: staged.rebind(value.value), lost: value.lost && staged.rebind(value.lost) };
  return {
    stages: [...prepared.stages, staged.stage],
    rows: rebindRows({ ...rows, tieBreak: [] }, staged.rows, staged.rebind),
    aggregates: aggregates.map((each) => ({
      ...each,
      where: rebindValue(each.where),
      operand: rebindValue(each.operand),
    })),
    isPicked: (rank) => {
      const column = columns.get(rank.identity);
      if (!column) return [];
      return [
        { kind: "comparison", operator: "=", left: field(name, column.name), right: { kind: "integer", value: 1 } },
      ];
    },
  };
}

function rankConditions({ rank, where, operand }: RowValues, time: Clock | null): readonly SqlExpression[] {
  if (!rank) return [];
  return [
    ...windowGuard(time, rank.withinSeconds).conditions,
    ...(rank.where && where ? [where.value] : []),
    ...(rank.present && operand ? [isNotNull(operand.value)] : []),
  ];
}

function partsOf(value: RowValue): readonly SqlExpression[] {
  return value ? [value.value, ...(value.lost ? [value.lost] : [])] : [];
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

function groupKeys({ tenant, keys }: Rows): readonly SqlExpression[] {
  return [...(tenant ? [tenant] : []), ...keys.map((key) => key.expression)];
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
  const markerOf = (rank: Rank, name: string): SqlExpression => {
    const filter = ranked.isPicked(rank);
    const time: SqlExpression = rows.time
      ? { kind: "last_time", operand: rows.time.value, filter }
      : { kind: "pick", type: "string", operand: groupKeys(rows)[0] ?? { kind: "integer", value: 1 }, filter };
    return pick(`${rank.identity} time`, names(`${name}_time`), time);
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
    const filter = ranked.isPicked(rank);
    const pickedTime = (): SqlExpression =>
      isMain && rows.time ? field(stage, "_event_time") : markerOf(rank, name);
    if (each.operand) {
      // The value is known for every row, and null where none is picked.
      const guard = windowOfPick(aggregate, rank, rows.time, pickedTime);
      const type = typeOf(aggregate);
      const column = pick(`${rank.identity} value ${identityOf(aggregate.operand)}`, names(name), {
        kind: "pick",
        type,
        operand: each.operand.value,
        filter,
      });
      return { identity, aggregate, reading: readColumn(aggregate, name, column, guard), finish: asItIs, lost };
    }
    const bindings = new Map(
      [...bindingsOf(aggregate.operand, rows.bindings)].map(([column, bound]): [string, SqlExpression] => [
        column,
        mapFields(bound, (read) => {
          const preferred = isMain ? read.name : names(`${name}_${read.name}`);
          const type = bound.kind === "read" ? bound.type : "string";
          return pick(`${rank.identity} ${read.name}`, preferred, { kind: "pick", type, operand: read, filter });
        }),
      ]),
    );
    return {
      identity,
      aggregate,
      reading: { expression: aggregate.operand, bindings, guard: pickGuard(aggregate, rank, rows.time, pickedTime), name },
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

function aggregateOf({ aggregate, where, operand }: RowValues, time: Clock | null): SqlExpression {
  if (aggregate.name === "latest" || aggregate.name === "first") return { kind: "null", type: typeOf(aggregate) };
  return {
    kind: "convert",
    type: typeOf(aggregate),
    operand: {
      kind: "aggregate",
      name: aggregate.name,
      operand: operand?.value ?? null,
      operandType: aggregate.operand && typeOf(aggregate.operand),
      filter: [...windowGuard(time, aggregate.overSeconds).conditions, ...(where ? [where.value] : [])],
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
function windowOfPick(aggregate: AggregateExpression, rank: Rank, time: Clock | null, pickedTime: () => SqlExpression): Guard {
  if (!time || aggregate.name !== "latest" || aggregate.overSeconds === null) {
    return { identity: rank.identity, conditions: [] };
  }
  const condition = withinWindow({ value: pickedTime(), zone: time.zone }, aggregate.overSeconds);
  return { identity: `${rank.identity} within ${aggregate.overSeconds}`, conditions: [condition] };
}

/** When the columns of a picked row count: it exists, and is inside the window. */
function pickGuard(aggregate: AggregateExpression, rank: Rank, time: Clock | null, pickedTime: () => SqlExpression): Guard {
  const window = windowOfPick(aggregate, rank, time, pickedTime);
  const alwaysPicked = rank.where === null && rank.withinSeconds === null;
  const isNullAnyway = aggregate.operand !== null && isStrict(aggregate.operand);
  if (window.conditions.length > 0 || alwaysPicked || isNullAnyway) return window;
  return { ...window, conditions: [isNotNull(pickedTime())] };
}
