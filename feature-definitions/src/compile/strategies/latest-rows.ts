import type { AggregateExpression } from "../../ir/expressions";
import type { FeatureView } from "../../ir/nodes";
import type { Entities } from "../source/entities";
import { narrowJson } from "../source/narrow-json";
import { bindingsOf, type Clock, type SourceRows, sourceRows, withinWindow } from "../source/source-rows";
import { type Names, stageRows } from "../source/stages";
import { type Period, periodOf } from "../tree/period";
import { aggregatesOf } from "../tree/rewrite";
import type { Ordering, SqlExpression } from "../tree/sql-tree";
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
export function latestRows(view: FeatureView, names: Names, entities: Entities): EntityRows {
  const source = sourceRows(view.source, view.entity.key, [view.filter], "visible", entities);
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
    stages: [...stages, latest.stage],
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
