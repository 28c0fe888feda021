import type { Dialect } from "../dialect";
import type { DialectParts, SourceRelation } from "../text/dialect-parts";
import { renderQuery } from "../text/query";
import { indent, quoteName, quoteTable } from "../text/quote";
import { createLiterals, createParameters } from "../text/rendered";
import { orderings } from "./aggregate";
import { castValue } from "./casts";
import { renderOwn } from "./expression";
import { castInput, renderScalar } from "./scalar";
import { castName, inType } from "./types";

const duckdbParts: DialectParts = {
  castName,
  inType,
  expression: renderOwn,
  scalar: renderScalar,
  castInput,
  castValue,
  orderings,
  source: renderSource,
  existing: " 1",
  // A stage that is read twice is computed once, and a select is not merged into its reader.
  fences: { materialized: "", computedOnce: null },
};

/** The dialect of DuckDB, for a session in the zone UTC that has run `duckdbMacros`. */
export const duckdbDialect: Dialect = {
  statement: (query, first) => {
    const parameters = createParameters(castName, first);
    const text = renderQuery(duckdbParts, query, parameters);
    return { text, parameters: parameters.values() };
  },
  textWithConstants: (query) => renderQuery(duckdbParts, query, createLiterals(castName)),
  traits: { keepsInputOrder: false, numbersAllRows: true, underestimatesJoins: false },
};

function renderSource(relation: SourceRelation, alias: string): string {
  if (relation.kind === "query") {
    const query = relation.text.trim().replace(/;\s*$/, "");
    return `(\n${indent(query)}\n) as ${quoteName(alias)}`;
  }
  return relation.schema === null && relation.table === alias
    ? quoteName(alias)
    : `${quoteTable(relation.schema, relation.table)} as ${quoteName(alias)}`;
}
