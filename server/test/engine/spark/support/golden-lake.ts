import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FeatureView, resolveRelations } from "@featstore/definitions/compiler";
import type { SqlDatabase } from "../../../../../feature-definitions/test/compile/support/databases";
import { duckdbTarget } from "../../../../../feature-definitions/test/compile/support/duckdb";
import {
  createDuckdbTables,
  goldenTableNames,
} from "../../../../../feature-definitions/test/compile/support/golden-tables";

export interface GoldenLake {
  /** DuckDB with the tables that the golden views read, and a spine. */
  readonly duckdb: SqlDatabase;
  /** The pattern of a table's Parquet files, of which each has several. */
  pathOf(table: string): string;
  close(): Promise<void>;
}

export const goldenSpine = { schema: null, table: "spine" } as const;

/** Creates the tables of the golden views in DuckDB, and writes their rows as files in a folder that Spark reads, too. */
export async function openGoldenLake(): Promise<GoldenLake> {
  const folder = mkdtempSync(join(tmpdir(), "featstore-golden-"));
  const duckdb = await duckdbTarget.open();
  await createDuckdbTables(duckdb);
  await duckdb.script(spineTable);
  for (const table of [...goldenTableNames, goldenSpine.table]) {
    mkdirSync(join(folder, table));
    for (const part of [0, 1, 2])
      await duckdb.script(
        `copy (select * from main."${table}" where rowid % 3 = ${part}) to '${join(folder, table, `${part}.parquet`)}' (format parquet)`,
      );
  }
  return {
    duckdb,
    pathOf: (table) => join(folder, table, "*.parquet"),
    async close() {
      await duckdb.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Entities of all golden views at two times, which some of their rows precede. */
const spineTable = `create table spine as
  select row_number() over () - 1 as _row, tenant as _tenant, 1::bigint as track_id, 'One' as artist, customer, shop, id, 'A' as name,
    time as _as_of, null::varchar as _passthrough
  from (values ('t', 'a', 1, 1), ('u', 'b', 2, 2), ('t', 'c', 3, 1)) as keys (tenant, customer, shop, id),
    (values (timestamptz '2026-01-02 12:00:00Z'), (timestamptz '2026-02-01 00:00:00Z')) as times (time)`;

/** The view as Spark reads it: its session's views have no schema, and an author's query has Spark's quotes. */
export function inSession(view: FeatureView): FeatureView {
  return resolveRelations(view, (relation) => {
    if (relation.kind === "query") return { ...relation, text: relation.text.replaceAll('"', "`") };
    return relation.kind === "table" ? { ...relation, schema: null } : relation;
  });
}

/** The view over the lake's files. */
export function overFiles(view: FeatureView): FeatureView {
  return resolveRelations(view, (relation) => {
    if (relation.kind !== "table") throw new TypeError("Only tables have files");
    return { kind: "files", engine: "lake", path: `${relation.table}/*.parquet` };
  });
}
