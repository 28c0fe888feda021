import type { FilePartition, PlainRelation } from "@featstore/definitions/compiler";
import { quoteName, quoteText } from "../../database/index";
import { pathInRoots, type Roots } from "./roots";

/** The name under which a session attaches the PostgreSQL of `engines.<name>.url`. */
const SOURCE = "source";
const DEFAULT_SCHEMA = "public";

const PARTITION_TYPES: Readonly<Record<FilePartition["type"], string>> = {
  string: "varchar",
  int32: "integer",
  int64: "bigint",
  date: "date",
};

/** Returns a relation as it stands after `from`; a query needs an alias. Errors: `path_outside_roots`. */
export async function relationText(engine: Roots, relation: PlainRelation): Promise<string> {
  switch (relation.kind) {
    case "table":
      return [SOURCE, relation.schema ?? DEFAULT_SCHEMA, relation.table].map(quoteName).join(".");
    case "query":
      return `(\n${relation.text.trim().replace(/;\s*$/, "")}\n)`;
    case "files":
      return filesText(await pathInRoots(engine, relation.path), relation.partitions ?? []);
    default:
      return relation satisfies never;
  }
}

/** Returns the call that reads Parquet files. Only declared partitions become columns. */
function filesText(path: string, partitions: readonly FilePartition[]): string {
  if (partitions.length === 0) return `read_parquet(${quoteText(path)}, hive_partitioning = false)`;
  const types = partitions.map(({ name, type }) => `${quoteText(name)}: ${PARTITION_TYPES[type]}`);
  return `read_parquet(${quoteText(path)}, hive_partitioning = true, hive_types = {${types.join(", ")}})`;
}
