import { duckdbRelationText, type PlainRelation } from "@featstore/definitions/compiler";
import { pathInRoots, type Roots } from "./roots";

const DEFAULT_SCHEMA = "public";

/** Returns a relation as it stands after `from`; a query needs an alias. Errors: `path_outside_roots`. */
export async function relationText(engine: Roots, relation: PlainRelation): Promise<string> {
  switch (relation.kind) {
    case "table":
      return duckdbRelationText({ ...relation, engine: engine.name, schema: relation.schema ?? DEFAULT_SCHEMA });
    case "query":
      return duckdbRelationText(relation);
    case "files":
      return duckdbRelationText({ ...relation, path: await pathInRoots(engine, relation.path) });
    default:
      return relation satisfies never;
  }
}
