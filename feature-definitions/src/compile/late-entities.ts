import type { EntityKey, FeatureView, IcebergRelation, Source } from "../ir/nodes";
import { changesOf } from "../ir/source-parts";
import { unfiltered } from "./entity-keys";
import { keepsItsKeys } from "./source/history";
import { type Lateness, latenessOf, windowEdges } from "./source/lateness";
import { asOfOn, type Clock, clock, sourceRows } from "./source/source-rows";
import { anyOf, from, type Query, type Select, type SqlExpression, select } from "./tree/sql-tree";

/**
 * Returns the query for the keys of the entities whose rows may differ between the as-of time `since` and that of the statement, each
 * once: a row of theirs may have appeared or changed, became known, or passed the end of a window. `hasChanges`: the session has the
 * changed rows of each Iceberg table, in the relation that `changesOf` names. Null if another source promises no lateness.
 */
export function lateEntities(
  { source, entity, features }: FeatureView,
  since: string,
  hasChanges: boolean,
): Query | null {
  const { population } = entity;
  const keys = (of: Source, edges: readonly number[]) =>
    hasChanges && of.relation.kind === "iceberg"
      ? [changedKeys(of, of.relation, entity.key), ...passedKeys(of, entity.key, edges, since)]
      : lateKeys(of, entity.key, edges, since);
  const found = [keys(source, windowEdges(features)), population === null ? [] : keys(population, [0])];
  if (!found.every((each) => each !== null)) return null;
  const selects = found.flat();
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

function changedKeys(source: Source, relation: IcebergRelation, key: readonly EntityKey[]): Select {
  return keysOf({ ...source, relation: changesOf(relation) }, key, null);
}

function lateKeys(
  source: Source,
  key: readonly EntityKey[],
  edges: readonly number[],
  since: string,
): readonly Select[] | null {
  const lateness = latenessOf(source);
  if (lateness === null || !keepsItsKeys(source)) return null;
  return [keysOf(source, key, anyOf(passed(source, edges, since, lateness)))];
}

function passedKeys(
  source: Source,
  key: readonly EntityKey[],
  edges: readonly number[],
  since: string,
): readonly Select[] {
  const conditions = passed(source, edges, since, null);
  return conditions.length === 0 ? [] : [keysOf(source, key, anyOf(conditions))];
}

/** The conditions on rows that became visible or passed an edge, or that may be late. */
function passed(
  source: Source,
  edges: readonly number[],
  since: string,
  lateness: Lateness | null,
): readonly SqlExpression[] {
  const times = [
    { name: "_event_time", time: source.eventTime, edges },
    { name: "_known_time", time: source.knownTime, edges: [0] },
  ] as const;
  return times.flatMap(({ name, time, edges: passedEdges }) => {
    if (time === null) return [];
    const now = clock(time, source.name, null);
    const before: Clock = { ...now, asOf: { kind: "constant", value: since, type: "timestamp" } };
    return [
      ...(name === lateness?.by ? [isAfter(before, lateness.seconds)] : []),
      ...passedEdges.map((seconds): SqlExpression => {
        const isPassed = { kind: "comparison", operator: "<=", left: now.value, right: asOfOn(now, seconds) } as const;
        return { kind: "and", operands: [isAfter(before, seconds), isPassed] };
      }),
    ];
  });
}

/** The keys of the rows of a source, whatever its conditions are. */
function keysOf(source: Source, key: readonly EntityKey[], condition: SqlExpression | null): Select {
  const read = { ...unfiltered(source), eventTime: null, knownTime: null };
  const rows = sourceRows(read, key, [], "visible", { kind: "all" });
  const items = rows.keys.map(({ name, type, expression }) => ({
    name,
    expression: { kind: "convert", operand: expression, type } as const,
  }));
  return select({
    distinct: true,
    items,
    from: rows.from,
    where: [...rows.where, ...(condition === null ? [] : [condition])],
  });
}

function isAfter(time: Clock, seconds: number): SqlExpression {
  return { kind: "comparison", operator: ">", left: time.value, right: asOfOn(time, seconds) };
}
