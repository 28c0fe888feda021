import type { Feature, FeatureView } from "../../ir/nodes";
import { vectorDimensions } from "../../ir/types";
import { databaseType } from "../postgres/database-types";
import { quoteName, quoteTable } from "../text/quote";
import { FEATURES_SCHEMA } from "../tree/identifiers";
import type { CompiledColumn } from "../tree/statement";

/**
 * Maximum number of UTF-8 bytes of a row's tenant and key texts together. Materialization ignores rows with more, as it
 * ignores null keys, and reads reject them. An entry of a primary key holds 2,704 bytes regardless of compression; in
 * tests, 2,692 of them remain for one text, and 2,444 where integers fill the maximum of 32 columns.
 */
export const MAX_KEY_BYTES = 2_048;

/** The columns of a generation table and of the compiled query, in order. */
export function columnsOf(view: FeatureView): readonly CompiledColumn[] {
  return [
    { name: "_tenant", databaseType: "text" },
    ...view.entity.key.map(({ name, type }) => ({ name, databaseType: databaseType(type) })),
    { name: "_event_time", databaseType: databaseType("timestamp") },
    ...view.features.map(({ name, type }) => ({ name, databaseType: databaseType(type) })),
    { name: "_unparsed", databaseType: "text[]" },
  ];
}

/** The features served with a row, in name order: all except vectors, which are read separately. */
export function servedFeatures(view: FeatureView): readonly Feature[] {
  return view.features.filter((feature) => vectorDimensions(feature.type) === undefined);
}

/** The features of vector types, in name order. */
export function vectorFeatures(view: FeatureView): readonly Feature[] {
  return view.features.filter((feature) => vectorDimensions(feature.type) !== undefined);
}

export function quoteGeneration(table: string): string {
  return quoteTable(FEATURES_SCHEMA, table);
}

/** The columns of the primary key, tenant first. Texts order by code point, as everywhere. */
export function keyNames(view: FeatureView): readonly string[] {
  return ["_tenant", ...view.entity.key.map((key) => key.name)];
}

/**
 * Returns the statement that creates a generation's empty table, without its primary key, which is cheaper to add to
 * the full table.
 */
export function createTable(view: FeatureView, table: string): string {
  const keys = new Set(keyNames(view));
  const columns = columnsOf(view).map(({ name, databaseType: type }) => {
    const isKey = keys.has(name);
    return `  ${quoteName(name)} ${type}${isKey && type === "text" ? ' collate "C"' : ""}${isKey ? " not null" : ""}`;
  });
  return `create table ${quoteGeneration(table)} (\n${columns.join(",\n")}\n)`;
}

/**
 * Returns the statement that fills a generation's table from the `text` of a compiled view; its parameters are the
 * query's.
 */
export function fillTable(view: FeatureView, table: string, text: string): string {
  const columns = columnsOf(view)
    .map(({ name }) => quoteName(name))
    .join(", ");
  const bytes = ["_tenant", ...view.entity.key.filter(({ type }) => type === "string").map(({ name }) => name)]
    .map((name) => `octet_length(${quoteName(name)})`)
    .join(" + ");
  return `insert into ${quoteGeneration(table)} (${columns})
select ${columns}
from (
${text}
) as "compiled"
where ${bytes} <= ${MAX_KEY_BYTES}`;
}

/** Returns the statement that adds the primary key to a filled table; it fails if a key occurs twice. */
export function addPrimaryKey(view: FeatureView, table: string): string {
  return `alter table ${quoteGeneration(table)} add primary key (${keyNames(view).map(quoteName).join(", ")})`;
}
