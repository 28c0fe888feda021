import { duckdbRelationText, type PlainRelation } from "@featstore/definitions/compiler";

const DEFAULT_SCHEMA = "public";

/** Returns a relation of an engine as it stands after `from`; a query needs an alias. */
export function relationText(engine: string, relation: PlainRelation): string {
  if (relation.kind !== "table") return duckdbRelationText(relation);
  return duckdbRelationText({ ...relation, engine, schema: relation.schema ?? DEFAULT_SCHEMA });
}
