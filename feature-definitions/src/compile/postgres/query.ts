import type { DialectParts, SourceRelation } from "../text/dialect-parts";
import { renderExpression as expressionOf } from "../text/expression";
import { renderFrom as fromOf, renderQuery as queryOf, renderRelation as relationOf } from "../text/query";
import { indent, quoteName, quoteTable, quoteText } from "../text/quote";
import type { Parameters, Rendered } from "../text/rendered";
import type { From, FromRelation, Query, SqlExpression } from "../tree/sql-tree";
import { orderings } from "./aggregate";
import { castValue } from "./casts";
import { castName } from "./database-types";
import { renderOwn } from "./expression";
import { inType } from "./rendered";
import { castInput, renderScalar } from "./scalar";

const postgresParts: DialectParts = {
  castName,
  inType,
  expression: renderOwn,
  scalar: renderScalar,
  castInput,
  castValue,
  orderings,
  source: renderSource,
  existing: "",
  firstRows: "distinct on",
  // The planner would merge a select into its reader, and evaluate its items again at every use.
  fences: { materialized: "materialized ", computedOnce: "offset 0" },
};

export function renderQuery(query: Query, parameters: Parameters): string {
  return queryOf(postgresParts, query, parameters);
}

export function renderFrom(from: From, parameters: Parameters): string {
  return fromOf(postgresParts, from, parameters);
}

export function renderRelation(relation: FromRelation, alias: string, parameters: Parameters): string {
  return relationOf(postgresParts, relation, alias, parameters);
}

export function renderExpression(expression: SqlExpression, parameters: Parameters): Rendered {
  return expressionOf(postgresParts, expression, parameters);
}

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
