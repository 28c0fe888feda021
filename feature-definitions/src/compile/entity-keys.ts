import type { FeatureView, Source } from "../ir/nodes";
import { sourceRows } from "./source/source-rows";
import { type Query, select } from "./tree/sql-tree";

/** Returns the query for the keys of every entity that may have a row of the view at some time. */
export function entityKeys({ source, entity }: FeatureView): Query {
  // With a population, only its entities have rows. The source's conditions would narrow the result but need
  // parameters.
  const read = { ...unfiltered(entity.population ?? source), eventTime: null, knownTime: null };
  const { keys, from, where } = sourceRows(read, entity.key, [], "visible", { kind: "all" });
  const items = keys.map(({ name, type, expression }) => ({
    name,
    expression: { kind: "convert", operand: expression, type } as const,
  }));
  const result = select({ distinct: true, items, from, where });
  return { kind: "query", stages: [], result };
}

/** The source with all rows of its relations. */
export function unfiltered(source: Source): Source {
  const { relation } = source;
  if (relation.kind !== "extended") return { ...source, filter: null };
  const parts = { base: unfiltered(relation.base), extension: unfiltered(relation.extension) };
  return { ...source, filter: null, relation: { ...relation, ...parts } };
}
