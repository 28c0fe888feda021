import type { FeatureView } from "../../ir/nodes";
import { type Spine, spineAsOf } from "../source/entities";
import { narrowJson } from "../source/narrow-json";
import { groupKeys, type Key, type SourceRows, sourceRows, spineRow } from "../source/source-rows";
import type { Names } from "../source/stages";
import type { DialectTraits } from "../tree/dialect-traits";
import { mapFields } from "../tree/map-fields";
import { periodOf } from "../tree/period";
import { aggregatesOf } from "../tree/rewrite";
import {
  field,
  from,
  type Item,
  isNotNull,
  type Ordering,
  type SqlExpression,
  type Stage,
  select,
} from "../tree/sql-tree";
import {
  evaluateRows,
  lostInRow,
  type PreparedRows,
  planAggregate,
  type Rank,
  type RowValues,
  restage,
} from "./row-values";

/** A relation of spine and source rows together; `spineRow` is null for source rows. */
export interface Timeline {
  readonly stages: readonly Stage[];
  readonly name: string;
  readonly rows: SourceRows;
  readonly aggregates: readonly RowValues[];
  readonly spineRow: string;
  readonly asOf: string;
  /** The time that orders the frames. */
  readonly time: string;
  /** The order of an entity's rows in time: source rows before the spine rows that see them, if windows skip nulls. */
  readonly order: readonly Ordering[];
  /**
   * The row's position, unique among the rows with the same values of `positionScope`; null if no aggregate takes a row
   * by its position.
   */
  readonly position: string | null;
  /** The columns of the keys, if only they and the position together identify a row. */
  readonly positionScope: readonly string[];
  /**
   * By the aggregate's identity: the column that says whether a row loses a value that the aggregate reads. Set for a
   * spine that reports lost values.
   */
  readonly lost: ReadonlyMap<string, string>;
}

/**
 * Returns whether a window takes the row itself. Otherwise the row is found by its position: a frame that slides is
 * ordered by the time alone, so its first and last rows are any of those with equal times.
 */
export function isTakenByWindow(
  { within }: Rank,
  { windowsSkipNulls, windowsOrderRows }: Pick<DialectTraits, "windowsSkipNulls" | "windowsOrderRows">,
): boolean {
  return windowsSkipNulls && (within === null || windowsOrderRows);
}

/** The relation in time order over which `runningRows` aggregates. */
export function timelineOf(view: FeatureView, names: Names, spine: Spine, traits: DialectTraits): Timeline {
  const { numbersAllRows, windowsSkipNulls } = traits;
  const source = sourceRows(view.source, view.entity.key, [view.filter], "ever", { kind: "all" });
  const narrowed = narrowJson(source, aggregatesOf(view.features), names);
  const planned = narrowed.aggregates.map((found) => planAggregate(found, []));
  const prepared = evaluateRows(narrowed.rows, planned, [], names);
  const ties = prepared.rows.tieBreak.map((ordering) => ({ ...ordering, name: names("tie_break") }));
  const lost = spine.reportsLost ? lostColumns(prepared.aggregates, names) : new Map<string, Item>();
  const facts = restage(
    { ...prepared, aggregates: prepared.aggregates.map(withoutLost) },
    names("facts"),
    [...ties.map(({ name, expression }) => ({ name, expression })), ...new Set(lost.values())],
    {},
    names,
  );
  const numbers = planned.some(({ rank }) => rank !== null && !isTakenByWindow(rank, traits));
  const slides = planned.some(({ aggregate }) => periodOf(aggregate) !== null);
  const union = unite(facts, spine, slides ? names("time") : null, names);
  const stages = [...narrowed.stages, ...facts.stages, union.stage];
  const united = rebindTo(facts, union.stage.name);
  const { spineRow, asOf, time } = union;
  const common = {
    spineRow,
    asOf,
    time,
    lost: new Map([...lost].map(([identity, { name }]) => [identity, name] as const)),
  };
  const { rows } = united;
  const keys = groupKeys(rows);
  const ascending = (expression: SqlExpression, string = false): Ordering => ({
    expression,
    descending: false,
    string,
  });
  const order: readonly Ordering[] = [
    ...[...new Set([time, "_event_time"])].map((column) => ascending(field(union.stage.name, column))),
    ...ties.map(({ name: tie, string }) => ascending(field(union.stage.name, tie), string)),
    ...(windowsSkipNulls ? [ascending(isNotNull(field(union.stage.name, spineRow)))] : []),
  ];
  if (!numbers) {
    return {
      ...common,
      ...united,
      stages,
      name: union.stage.name,
      order,
      position: null,
      positionScope: [],
    };
  }
  const name = names("numbered");
  const position = names("position");
  const isTie = new Set(ties.map((tie) => tie.name));
  const columns = union.columns.filter((column) => !isTie.has(column));
  const numbered: Stage = {
    name,
    query: select({
      items: [
        ...columns.map((column) => ({ name: column, expression: field(union.stage.name, column) })),
        { name: position, expression: { kind: "rank", window: "in_order", condition: null } },
      ],
      from: from({ kind: "stage", name: union.stage.name }, union.stage.name),
      windows: [
        numbersAllRows
          ? { name: "in_order", partition: [], order: [...keys.map((key) => ascending(key)), ...order] }
          : { name: "in_order", partition: keys, order },
      ],
    }),
  };
  return {
    ...common,
    ...rebindTo(facts, name),
    stages: [...stages, numbered],
    name,
    order: [ascending(field(name, position))],
    position,
    positionScope: numbersAllRows ? [] : [...(rows.tenant ? ["_tenant"] : []), ...rows.keys.map((key) => key.name)],
  };
}

/** Columns by the aggregate's identity. Aggregates with the same input share a column and so a pass over it. */
function lostColumns(aggregates: readonly RowValues[], names: Names): ReadonlyMap<string, Item> {
  const byReading = new Map<string, Item>();
  const columns = new Map<string, Item>();
  for (const each of aggregates) {
    const expression = lostInRow(each);
    if (!expression) continue;
    const reading = JSON.stringify([each.aggregate.where, each.operand && each.aggregate.operand]);
    const column = byReading.get(reading) ?? { name: names(`${each.name}_lost`), expression };
    byReading.set(reading, column);
    columns.set(each.identity, column);
  }
  return columns;
}

/** A separate column for the loss: the texts that did not parse need not be carried along. */
function withoutLost(each: RowValues): RowValues {
  const { where, operand } = each;
  return { ...each, where: where && { ...where, lost: null }, operand: operand && { ...operand, lost: null } };
}

interface Union extends Pick<Timeline, "spineRow" | "asOf" | "time"> {
  readonly stage: Stage;
  readonly columns: readonly string[];
}

/**
 * Combines the source's rows with the spine's rows, which have their as-of time as time and no values to aggregate.
 * Sliding frames use a separate time, `slidingTime`, because PostgreSQL fails at a time from which it cannot subtract
 * the window.
 */
function unite(facts: PreparedRows, spine: Spine, slidingTime: string | null, names: Names): Union {
  const { rows, stages } = facts;
  const last = stages.at(-1);
  const columns = last?.query.kind === "select" ? last.query.items.map(({ name }) => name) : [];
  const own = rows.from.alias;
  const spineRowName = names("spine_row");
  const asOf = names("spine_as_of");
  const nothing: SqlExpression = { kind: "null", type: null };
  const key = new Map(rows.keys.map((each: Key) => [each.name, each]));
  const ofSpine = (name: string): SqlExpression => {
    if (name === "_tenant" && rows.tenant) return field(spine.alias, name, "string");
    if (key.has(name)) return field(spine.alias, name);
    if (name !== "_event_time" || !rows.time) return nothing;
    return { kind: "as_of", of: spineAsOf(spine), secondsBefore: 0, zone: rows.time.zone };
  };
  const sliding = (time: SqlExpression): readonly Item[] =>
    slidingTime === null ? [] : [{ name: slidingTime, expression: { kind: "within_reach", operand: time } }];
  return {
    columns: [...columns, ...(slidingTime === null ? [] : [slidingTime]), spineRowName, asOf],
    spineRow: spineRowName,
    asOf,
    time: slidingTime ?? "_event_time",
    stage: {
      name: names("timeline"),
      query: {
        kind: "union_all",
        selects: [
          select({
            items: [
              ...columns.map((name) => ({ name, expression: field(own, name) })),
              ...sliding(field(own, "_event_time")),
              { name: spineRowName, expression: nothing },
              { name: asOf, expression: nothing },
            ],
            from: rows.from,
          }),
          select({
            items: [
              ...columns.map((name) => ({ name, expression: ofSpine(name) })),
              ...sliding(ofSpine("_event_time")),
              { name: spineRowName, expression: spineRow(spine.alias).expression },
              { name: asOf, expression: spineAsOf(spine) },
            ],
            from: from(spine.relation, spine.alias),
          }),
        ],
      },
    },
  };
}

/** References to the same rows under the same names in another relation. */
function rebindTo(facts: PreparedRows, relation: string): { rows: SourceRows; aggregates: readonly RowValues[] } {
  const rebind = (expression: SqlExpression): SqlExpression => mapFields(expression, (read) => ({ ...read, relation }));
  const { rows, aggregates } = facts;
  return {
    rows: {
      ...rows,
      from: from({ kind: "stage", name: relation }, relation),
      tenant: rows.tenant && rebind(rows.tenant),
      keys: rows.keys.map((key) => ({ ...key, expression: rebind(key.expression) })),
      time: rows.time && { ...rows.time, value: rebind(rows.time.value) },
      bindings: new Map([...rows.bindings].map(([name, bound]) => [name, rebind(bound)])),
    },
    aggregates: aggregates.map((each) => ({
      ...each,
      where: each.where && { ...each.where, value: rebind(each.where.value) },
      operand: each.operand && { ...each.operand, value: rebind(each.operand.value) },
    })),
  };
}
