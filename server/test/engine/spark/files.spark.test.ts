import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { compileView, dialects, type FilesRelation, sparkFilesView } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlDatabase } from "../../../../feature-definitions/test/compile/support/databases";
import { openSparkDatabase } from "./support/spark-database";

const url = process.env.TEST_SPARK_URL ?? "";

/** A view over files whose folders are months, as texts with a zero at their start. */
const viewOf = (path: string, isPartitioned: boolean) =>
  featureView({
    name: "plays",
    version: 1,
    entity: entity({ name: "song", key: { song: int64() } }),
    from: source({
      ...{ name: "plays", engine: "lake", path, key: { song: int64() }, eventTime: "at", history: "events" },
      ...(isPartitioned ? { partitions: { month: { type: "string" } } } : {}),
      columns: { place: string().from(isPartitioned ? "month" : "place") },
    }),
    features: (row) => ({ plays: count(), last: latest(row.place) }),
  }).ir;

describe.skipIf(url === "" && process.env.REQUIRE_SERVICES !== "1")("views of files on Spark", () => {
  const folder = mkdtempSync(join(tmpdir(), "featstore-spark-"));
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openSparkDatabase(url);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run("set timezone = 'UTC'");
    await connection.run(`copy (
      select 1::bigint as song, timestamptz '2026-01-01 00:00:00Z' + to_days(i::integer * 40) as at, 'p' || i as place, lpad((i + 1)::text, 2, '0') as month
      from range(3) as t(i)
    ) to '${folder}/plays' (format parquet, partition_by (month))`);
    connection.closeSync();
    instance.closeSync();
  });
  afterAll(async () => {
    await database?.close();
    rmSync(folder, { recursive: true });
  });

  test.each([
    ["plays/**/*.parquet", true, "03"],
    ["plays/*/*.parquet", true, "03"],
    ["plays/month=0*/data_?.parquet", true, "03"],
    ["plays/**/*.parquet", false, "p2"],
    ["plays/month=03/data_0.parquet", false, "p2"],
  ])("%s, with partitions: %s", async (path, isPartitioned, last) => {
    const view = viewOf(path, isPartitioned);
    const { text, parameters } = compileView(dialects.spark, view);
    await database.script(sparkFilesView(view.source.relation as FilesRelation, `${folder}/${path}`)); // as declared
    const rows = await database.query(`select plays::string, last from (\n${text}\n)`, [
      "2027-01-01T00:00:00Z",
      ...parameters,
    ]);
    expect(rows).toEqual([{ plays: path.includes("=03") ? "1" : "3", last }]);
  });

  test("refuses ** in other places", () => {
    const relation: FilesRelation = { kind: "files", engine: "lake", path: "**/plays/*.parquet" };
    expect(() => sparkFilesView(relation, "/lake/**/plays/*.parquet")).toThrow(/before the last part/);
  });
});
