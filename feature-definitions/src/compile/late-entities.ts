import type { EntityKey, FeatureView, Source } from "../ir/nodes";
import { unfiltered } from "./entity-keys";
import { keepsItsKeys } from "./source/history";
import { latenessOf, windowEdges } from "./source/lateness";
import { asOfOn, type Clock, clock, sourceRows } from "./source/source-rows";
import { anyOf, from, type Query, type Select, type SqlExpression, select } from "./tree/sql-tree";

/**
 * Returns the query for the keys of the entities whose rows may differ between the as-of time `since` and that of the statement, each
 * once: a row of theirs may have appeared or changed, became known, or passed the end of a window. Null if one of the sources
 * promises no lateness.
 */
export function lateEntities({ source, entity, features }: FeatureView, since: string): Query | null {
  const { population } = entity;
  const selects = [
    lateKeys(source, entity.key, windowEdges(features), since),
    ...(population === null ? [] : [lateKeys(population, entity.key, [0], since)]),
  ];
  if (!selects.every((each) => each !== null)) return null;
  const items = entity.key.map(
    ({ name, type }) => ({ name, expression: { kind: "field", relation: FOUND, name, type } }) as const,
  );
  const stage = { kind: "stage", name: FOUND } as const;
  return {
    kind: "query",
    stages: [{ name: FOUND, query: { kind: "union_all", selects } }],
    result: select({ distinct: true, items, from: from(stage, FOUND) }),
  };
}

const FOUND = "_found";

function lateKeys(source: Source, key: readonly EntityKey[], edges: readonly number[], since: string): Select | null {
  const lateness = latenessOf(source);
  if (lateness === null || !keepsItsKeys(source)) return null;
  const read = { ...unfiltered(source), eventTime: null, knownTime: null };
  const rows = sourceRows(read, key, [], "visible", { kind: "all" });
  const times = [
    { name: "_event_time", time: source.eventTime, edges },
    { name: "_known_time", time: source.knownTime, edges: [0] },
  ] as const;
  const conditions = times.flatMap(({ name, time, edges: passed }) => {
    if (time === null) return [];
    const now = clock(time, source.name, null);
    const before: Clock = { ...now, asOf: { kind: "constant", value: since, type: "timestamp" } };
    return [
      ...(name === lateness.by ? [isAfter(before, lateness.seconds)] : []),
      ...passed.map((seconds): SqlExpression => {
        const isPassed = { kind: "comparison", operator: "<=", left: now.value, right: asOfOn(now, seconds) } as const;
        return { kind: "and", operands: [isAfter(before, seconds), isPassed] };
      }),
    ];
  });
  const items = rows.keys.map(({ name, type, expression }) => ({
    name,
    expression: { kind: "convert", operand: expression, type } as const,
  }));
  const isLate = anyOf(conditions);
  return select({
    distinct: true,
    items,
    from: rows.from,
    where: [...rows.where, ...(isLate === null ? [] : [isLate])],
  });
}

function isAfter(time: Clock, seconds: number): SqlExpression {
  return { kind: "comparison", operator: ">", left: time.value, right: asOfOn(time, seconds) };
}
