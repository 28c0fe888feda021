import type { AggregateExpression } from "../../ir/expressions";
import type { FeatureView } from "../../ir/nodes";
import type { Entities, Spine } from "../source/entities";
import { narrowJson } from "../source/narrow-json";
import {
  bindingsOf,
  type Clock,
  equal,
  keysOver,
  notAfterAsOf,
  type SourceRows,
  sourceRows,
  withinWindow,
} from "../source/source-rows";
import { type Names, stageRows } from "../source/stages";
import type { DialectTraits } from "../tree/dialect-traits";
import { type Period, periodOf } from "../tree/period";
import { aggregatesOf } from "../tree/rewrite";
import { field, from, type Ordering, type SqlExpression, type Stage, select } from "../tree/sql-tree";
import { type AggregateReading, asItIs, type EntityRows } from "./entity-rows";
import { always, type Guard } from "./reading";

/** Returns whether the entity's latest row alone determines every aggregate. */
export function readsOnlyLatest(view: FeatureView): boolean {
  return aggregatesOf(view.features).every(({ aggregate }) => isLatestRow(aggregate));
}

export function isLatestRow({ name, where, ignoreNulls, endingSecondsBefore }: AggregateExpression): boolean {
  return name === "latest" && where === null && !ignoreNulls && endingSecondsBefore === undefined;
}

/** Orders the latest rows first: by event time, then by the tie-break columns. */
export function latestFirst(rows: SourceRows): readonly Ordering[] {
  const time: Ordering[] = rows.time ? [{ expression: rows.time.value, descending: true, string: false }] : [];
  return [...time, ...rows.tieBreak.map((ordering) => ({ ...ordering, descending: true }))];
}

export function windowGuard(time: Clock | null, period: Period | null): Guard {
  if (time === null || period === null) return always;
  return { identity: `within ${JSON.stringify(period)}`, conditions: withinWindow(time, period) };
}

/**
 * Compiles a view that uses only `latest`: picks the latest row of each entity and evaluates the expressions on that
 * row only.
 */
export function latestRows(view: FeatureView, names: Names, entities: Entities, traits: DialectTraits): EntityRows {
  const found = entities.kind === "spine" && findsLastTimes(view, traits) ? lastTimes(view, names, entities) : null;
  const source = found?.rows ?? sourceRows(view.source, view.entity.key, [view.filter], "visible", entities);
  const { stages, rows, aggregates } = narrowJson(source, aggregatesOf(view.features), names);
  const reads = aggregates.flatMap(({ aggregate }): SqlExpression[] =>
    aggregate.operand ? [...bindingsOf(aggregate.operand, rows.bindings).values()] : [],
  );
  const each = [...(rows.tenant ? [rows.tenant] : []), ...rows.keys.map((key) => key.expression)];
  const latest = stageRows(names("latest"), rows, [], reads, {
    distinctOn: each,
    orderBy: [...each.map((expression) => ({ expression, descending: false, string: false })), ...latestFirst(rows)],
  });
  return {
    stages: [...(found ? [found.stage] : []), ...stages, latest.stage],
    rows: latest.rows,
    hasMembers: false,
    aggregates: aggregates.flatMap(({ aggregate, identity, name }): AggregateReading[] => {
      if (!aggregate.operand) return [];
      const bound = [...bindingsOf(aggregate.operand, rows.bindings)];
      return [
        {
          identity,
          aggregate,
          reading: {
            expression: aggregate.operand,
            bindings: new Map(bound.map(([column, read]) => [column, latest.rebind(read)])),
            guard: windowGuard(latest.rows.time, periodOf(aggregate)),
            name,
          },
          finish: asItIs,
          lost: null,
        },
      ];
    }),
  };
}

/**
 * Returns whether the latest rows of a spine's entities are found by their times alone: nothing has to be known of a
 * row but its event time, so the join needs no pairs of a spine row with all of its entity's rows.
 */
export function findsLastTimes(view: FeatureView, { joinsAsOf }: DialectTraits): boolean {
  const { eventTime, knownTime } = view.source;
  return joinsAsOf && eventTime !== null && knownTime === null && readsOnlyLatest(view);
}

/** The spine's rows with the time of their entity's latest row, and the source rows that have this time. */
function lastTimes(
  view: FeatureView,
  names: Names,
  spine: Spine,
): { readonly stage: Stage; readonly rows: SourceRows } {
  const { source, entity } = view;
  const timed = sourceRows(source, entity.key, [view.filter], "ever", { kind: "all" });
  if (!timed.time) throw new TypeError(`${view.name} has no event time to join by`);
  const asOf = field(spine.alias, "_as_of", "timestamp");
  const tenant = timed.tenant ? [{ name: "_tenant", expression: timed.tenant }] : [];
  const name = names("last_times");
  const events = names("events");
  const time = names("last_time");
  const spineKeys = keysOver(spine.alias, timed.keys);
  const times = select({
    items: [...tenant, ...timed.keys, { name: time, expression: timed.time.value }],
    from: timed.from,
    where: timed.where,
  });
  const scope = timed.tenant
    ? [equal(field(events, "_tenant", "string"), field(spine.alias, "_tenant", "string"))]
    : [];
  const stage: Stage = {
    name,
    query: select({
      items: [
        ...["_row", "_tenant", "_as_of"].map((column) => ({ name: column, expression: field(spine.alias, column) })),
        ...spineKeys,
        { name: time, expression: field(events, time) },
      ],
      from: from(spine.relation, spine.alias, [
        {
          kind: "asof",
          relation: { kind: "select", select: times },
          alias: events,
          on: [
            ...scope,
            ...keysOver(events, timed.keys).map(({ expression }, index) =>
              equal(expression, spineKeys[index]?.expression ?? expression),
            ),
            notAfterAsOf({ ...timed.time, value: field(events, time), asOf }),
          ],
        },
      ]),
    }),
  };
  const rows = sourceRows(source, entity.key, [view.filter], "visible", {
    ...spine,
    relation: { kind: "stage", name },
    alias: name,
  });
  const atLastTime = rows.time ? [equal(rows.time.value, field(name, time))] : [];
  const joins = rows.from.joins.map((join) => ({ ...join, on: [...join.on, ...atLastTime] }));
  return { stage, rows: { ...rows, from: { ...rows.from, joins } } };
}
