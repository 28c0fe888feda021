import type { FilePartition } from "../../ir/nodes";
import { createDialect } from "../text/dialect";
import type { DialectParts, SourceRelation } from "../text/dialect-parts";
import { indent, quoteName, quoteTable, quoteText } from "../text/quote";
import { standardText } from "../text/standard-text";
import { aggregateCall, orderings } from "./aggregate";
import { renderOwn } from "./expression";
import { duckdbScalars } from "./scalar";
import { castName, inType } from "./types";

/** The name under which a session attaches the engine's PostgreSQL database. */
const SOURCE_DATABASE = quoteName("source");

export const duckdbParts: DialectParts = {
  ...standardText,
  castName,
  inType,
  scalars: duckdbScalars,
  aggregate: aggregateCall,
  expression: renderOwn,
  dataset: null,
  orderings,
  source: renderSource,
  textConstant: quoteText,
  listOf: (items) => `[${items}]`,
  withoutNulls: (list) => `list_filter(${list}, lambda name: name is not null)`,
  jsonNull: "'null'",
  earliestTime: "'4000-01-01 (BC) 00:00:00'",
  byCodePoint: "",
  existing: " 1",
  // `distinct on` makes 0 of -0.
  firstRows: "qualify",
  // A stage that is read twice is computed once, and a select is not merged into its reader.
  fences: { materialized: "", computedOnce: null },
};

/** The dialect of DuckDB, for a session in the zone UTC that has run `duckdbMacros`. */
export const duckdbDialect = createDialect(duckdbParts, {
  keepsInputOrder: false,
  numbersAllRows: false,
  underestimatesJoins: false,
  joinsAsOf: true,
  windowsSkipNulls: true,
  windowsOrderRows: false,
});

function renderSource(relation: SourceRelation, alias: string): string {
  if (
    relation.kind === "table" &&
    relation.engine === undefined &&
    relation.schema === null &&
    relation.table === alias
  )
    return quoteName(alias);
  return `${duckdbRelationText(relation)} as ${quoteName(alias)}`;
}

/** Returns a source's relation as it stands after `from`, without an alias. */
export function duckdbRelationText(relation: SourceRelation): string {
  switch (relation.kind) {
    case "table": {
      const table = quoteTable(relation.schema, relation.table);
      return relation.engine === undefined ? table : `${SOURCE_DATABASE}.${table}`;
    }
    case "iceberg":
      return `${quoteName(relation.catalog)}.${quoteTable(relation.schema, relation.table)}`;
    case "query":
      return `(\n${indent(relation.text.trim().replace(/;\s*$/, ""))}\n)`;
    case "files":
      return `read_parquet(${[quoteText(relation.path), ...partitionOptions(relation.partitions ?? [])].join(", ")})`;
    default:
      return relation satisfies never;
  }
}

/** Partition columns have the declared types; without any, names of folders are no columns. */
function partitionOptions(partitions: readonly FilePartition[]): readonly string[] {
  if (partitions.length === 0) return ["hive_partitioning = false"];
  const types = partitions.map(({ name, type }) => `${quoteText(name)}: ${castName(type)}`);
  return ["hive_partitioning = true", `hive_types = {${types.join(", ")}}`];
}
