import type { FilesRelation, IcebergRelation } from "../../ir/nodes";
import { deepPattern, splitAtPattern } from "../../ir/path-pattern";
import { changesOf } from "../../ir/source-parts";
import { quoteName, quoteText } from "./quote";

/** The name of the session's view of files: their path, and the columns that names of folders hold. */
export function filesViewName({ path, partitions = [] }: FilesRelation): string {
  const columns = partitions.map(({ name, type }) => ` ${name}:${type}`);
  return `${path}${columns.join("")}`;
}

/**
 * Returns the statement by which a session creates the view of files that compiled SQL reads. `path` is the relation's in
 * full, as Spark names it: `s3a://music/lake/plays/**\/*.parquet`. Columns in names of folders are texts. Spark takes the
 * other columns from one file, and null for those that another file lacks.
 *
 * @throws RangeError if `**` is not the folder before the last part: Spark's patterns have none.
 * @example await session.run(sparkFilesView(relation, "s3a://music/lake/plays/*.parquet"));
 */
export function sparkFilesView(relation: FilesRelation, path: string): string {
  const { folder, rest } = splitAtPattern(path);
  const deep = deepPattern(path);
  if (deep === "elsewhere")
    throw new RangeError(
      `Spark cannot find the files of ${relation.path}: \`**\` is only possible before the last part`,
    );
  const isDeep = deep !== "none";
  const options: Readonly<Record<string, string>> = {
    path: isDeep ? folder : path,
    ...(isDeep ? { pathGlobFilter: rest.at(-1) ?? "*" } : {}),
    // Without a partition, names of folders are no columns.
    ...(relation.partitions === undefined ? { recursiveFileLookup: "true" } : { basePath: folder }),
  };
  const list = Object.entries(options).map(([name, value]) => `${name} ${quoteText(value)}`);
  return `create or replace temporary view ${quoteName(filesViewName(relation))} using parquet options (${list.join(", ")})`;
}

/** The name of the session's view of an Iceberg table. */
export function tableViewName({ catalog, schema, table }: IcebergRelation): string {
  return `${catalog}.${schema}.${table}`;
}

/**
 * Returns the statement by which a session creates the view of an Iceberg table that compiled SQL reads, at one of its
 * snapshots, with the columns that it has there; null: a table without a snapshot has no rows.
 *
 * @example await session.run(sparkTableView(relation, "3388870568065694692"));
 */
export function sparkTableView(relation: IcebergRelation, snapshot: string | null): string {
  return tableView(relation, rowsAt(relation, snapshot));
}

/**
 * Returns the statement by which a session creates the view of the rows that were added to an Iceberg table or removed
 * from it after one snapshot until a later one.
 *
 * @example await session.run(sparkChangesView(relation, { after: "954799303995420253", until: "3388870568065694692" }));
 */
export function sparkChangesView(
  relation: IcebergRelation,
  { after, until }: { readonly after: string; readonly until: string },
): string {
  // Iceberg refuses an empty range.
  if (after === until) return tableView(changesOf(relation), `${rowsAt(relation, until)} where false`);
  const range = `'start-snapshot-id' = ${quoteText(after)}, 'end-snapshot-id' = ${quoteText(until)}`;
  return tableView(changesOf(relation), `${nameOf(relation)}.${quoteName("changes")} with (${range})`);
}

function tableView(relation: IcebergRelation, rows: string): string {
  return `create or replace temporary view ${quoteName(tableViewName(relation))} as select * from ${rows}`;
}

function rowsAt(relation: IcebergRelation, snapshot: string | null): string {
  return snapshot === null ? `${nameOf(relation)} where false` : `${nameOf(relation)} version as of ${snapshot}`;
}

function nameOf({ catalog, schema, table }: IcebergRelation): string {
  return [catalog, schema, table].map(quoteName).join(".");
}
