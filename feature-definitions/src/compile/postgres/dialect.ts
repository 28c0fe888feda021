import { createDialect } from "../text/dialect";
import type { DialectParts, SourceRelation } from "../text/dialect-parts";
import { indent, quoteName, quoteTable, quoteText } from "../text/quote";
import { standardText } from "../text/standard-text";
import { aggregateCall, orderings } from "./aggregate";
import { castName, inType } from "./database-types";
import { renderDatasetText } from "./dataset-text";
import { renderOwn } from "./expression";
import { JSON_NULL, postgresScalars } from "./scalar";

export const postgresParts: DialectParts = {
  ...standardText,
  castName,
  inType,
  scalars: postgresScalars,
  aggregate: aggregateCall,
  expression: renderOwn,
  dataset: renderDatasetText,
  orderings,
  source: renderSource,
  textConstant: (text) => `${quoteText(text)}::text`,
  listOf: (items) => `array[${items}]`,
  withoutNulls: (list) => `array_remove(${list}, null)`,
  jsonNull: JSON_NULL,
  earliestTime: "'4000-01-01 00:00:00 BC'",
  byCodePoint: ' collate "C"',
  existing: "",
  firstRows: "distinct on",
  // The planner would merge a select into its reader, and evaluate its items again at every use.
  fences: { materialized: "materialized ", computedOnce: "offset 0" },
};

export const postgresDialect = createDialect(postgresParts, {
  keepsInputOrder: true,
  numbersAllRows: true,
  underestimatesJoins: true,
  joinsAsOf: false,
  windowsSkipNulls: false,
  windowsOrderRows: false,
});

function renderSource(relation: SourceRelation, alias: string): string {
  if ("engine" in relation) throw new TypeError(`The engine ${relation.engine} reads ${alias}, not PostgreSQL`);
  if (relation.kind === "query") return `(\n${indent(renderSourceQuery(relation))}\n) as ${quoteName(alias)}`;
  return relation.schema === null && relation.table === alias
    ? quoteName(alias)
    : `${quoteTable(relation.schema, relation.table)} as ${quoteName(alias)}`;
}

/** A query that depends on the search path is valid only with the search path it was applied with. */
function renderSourceQuery({ text, searchPath }: Extract<SourceRelation, { readonly kind: "query" }>): string {
  const query = text.trim().replace(/;\s*$/, "");
  if (searchPath === undefined) return query;
  const schemas = `array[${searchPath.map(quoteText).join(", ")}]::text[]`;
  return `select * from (\n${indent(query)}\n) as "query"\nwhere (select featstore.require_search_path(${schemas}))`;
}
