import type { PlainSource } from "@featstore/definitions/compiler";
import { quoteTable } from "../../database/index";

/** Returns a source's relation as it stands after `from`; a query needs an alias. */
export function relationText(relation: PlainSource["relation"]): string {
  if ("engine" in relation) throw new TypeError(`The engine ${relation.engine} reads this source, not PostgreSQL`);
  return relation.kind === "query" ? `(\n${relation.text}\n)` : quoteTable(relation.schema, relation.table);
}
