import type { EntityKey, Feature, FeatureView, Source } from "../ir/nodes";
import { walk } from "../ir/visit";
import { unfiltered } from "./entity-keys";
import { keepsItsKeys } from "./source/history";
import { asOfOn, type Clock, clock, sourceRows } from "./source/source-rows";
import { periodOf } from "./tree/period";
import { anyOf, from, type Query, type Select, type SqlExpression, select } from "./tree/sql-tree";

/** How late a source's rows may appear or change, and the time column from which it counts. */
export interface Lateness {
  readonly by: "_event_time" | "_known_time";
  readonly seconds: number;
}

/** Returns the lateness that a source promises; null if it promises none. */
export function latenessOf(source: Source): Lateness | null {
  const { relation, eventTime, knownTime, latenessSeconds } = source;
  // A source's promise about its rows does not cover the rows that extend them.
  if (relation.kind === "extended") return null;
  if (latenessSeconds === undefined || (eventTime === null && knownTime === null)) return null;
  return { by: knownTime === null ? "_event_time" : "_known_time", seconds: latenessSeconds };
}

/** Returns the offsets in seconds before t at which the times of source rows matter to features: the ends of their windows. */
export function windowEdges(features: readonly Feature[]): readonly number[] {
  const edges = new Set([0]);
  for (const { expression } of features) {
    walk(expression, (node) => {
      const period = node.kind === "aggregate" ? periodOf(node) : null;
      if (period === null) return;
      edges.add(period.endingSecondsBefore);
      edges.add(period.endingSecondsBefore + period.seconds);
    });
  }
  return [...edges].sort((a, b) => a - b);
}

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
  return select({ distinct: true, items, from: rows.from, where: [...rows.where, ...(isLate === null ? [] : [isLate])] });
}

function isAfter(time: Clock, seconds: number): SqlExpression {
  return { kind: "comparison", operator: ">", left: time.value, right: asOfOn(time, seconds) };
}
