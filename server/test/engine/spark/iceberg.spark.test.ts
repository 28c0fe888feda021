import {
  avg,
  count,
  countDistinct,
  days,
  entity,
  featureView,
  float64,
  int64,
  latest,
  source,
  string,
  sum,
} from "@featstore/definitions";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { EngineSettings } from "../../../src/core/index";
import { isSurelyDead, thisProcess } from "../../../src/database/index";
import { createEngine, type Engine } from "../../../src/engine/index";
import { openSparkSession, type SparkSession } from "../../../src/engine/spark/connect/index";
import { materialize } from "../../../src/materialization/materialize";
import { createRunLog } from "../../../src/materialization/run-log";
import { createRunStore } from "../../../src/materialization/runs/run-store";
import { apply } from "../../../src/registry/apply";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { createTestBucket } from "../../datasets/support/storages";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";
import { createLake, type Lake } from "../duckdb/support/lake";
import { secretOf, testExtensions } from "../duckdb/support/test-engine";
import { sparkUrl, withoutSpark } from "./support/test-spark";

const s3Url = process.env.TEST_S3_URL ?? "";
const track = entity({ name: "track", key: { track_id: int64() } });
const COLUMNS = "id, track_id, title, value, amount, at";

function viewOf(engine: "postgres" | "cluster", schema: string) {
  const facts = source({
    ...{ name: `${engine}_facts`, key: { track_id: int64() }, eventTime: "at", tieBreak: "id", history: "events" },
    ...(engine === "cluster" ? { engine, table: `lake.${schema}.facts` } : { table: "facts" }),
    columns: { title: string().nullable(), value: float64().nullable(), amount: int64().nullable() },
  });
  return featureView({
    ...{ name: `${engine}_scores`, version: 1, entity: track, from: facts },
    features: (row) => ({
      facts: count(),
      titles_7d: countDistinct(row.title).over(days(7)),
      amount: sum(row.amount),
      level: avg(row.value).over(days(30)),
      last_title: latest(row.title),
    }),
  });
}

for (const target of testDatabases("one")) {
  const skip = target.skip || (withoutSpark && process.env.REQUIRE_SERVICES !== "1");
  describe.skipIf(skip)(`an Iceberg table on Spark into ${target.name}`, { timeout: 300_000 }, () => {
    let opened: OpenTestDatabase;
    let lake: Lake;
    let spark: SparkSession;
    let settings: EngineSettings;
    let engine: Engine;
    let useCredentials = () => {};
    const schema = `iceberg_${process.pid}`;
    const table = `lake.${schema}.facts`;

    beforeAll(async () => {
      const bucket = await createTestBucket(s3Url);
      [opened, lake] = await Promise.all([target.openMigrated(), createLake()]);
      spark = await openSparkSession({ engine: "test", url: sparkUrl });
      const { endpoint, bucket: name, credentials } = bucket.options;
      useCredentials = () => {
        vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
        vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
      };
      useCredentials();
      settings = {
        ...{ kind: "spark", url: secretOf(sparkUrl), results: `s3://${name}/results`, staging: lake.staging },
        ...{ memoryMb: 512, threads: 1, roots: ["s3://featstore-spark/lake"], extensions: testExtensions() ?? null },
        s3: { endpoint, region: null },
      };
      engine = createEngine(opened.database, { engines: { cluster: settings } });
      await prepare(
        opened.database,
        "create table facts (id bigint primary key, track_id bigint, title text, value float8, amount bigint, at timestamptz)",
      );
      await spark.run(`create namespace lake.${schema}`);
      await spark.run(
        `create table ${table} (id bigint, track_id bigint, title string, value double, amount bigint, at timestamp) using iceberg`,
      );
      await append(1, 400);
      const views = [viewOf("postgres", schema).ir, viewOf("cluster", schema).ir];
      const registry = createRegistryStore(opened.database);
      const options = { appliedBy: "tester", engines: { cluster: settings } };
      const { plan } = await apply(
        { registry, catalog: engine },
        { featureViews: views, featureServices: [] },
        options,
      );
      expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(plan.outcome).toBe("changes");
    }, 300_000);
    beforeEach(() => useCredentials());
    afterAll(async () => {
      await spark?.run(`drop table if exists ${table} purge`);
      await spark?.run(`drop namespace if exists lake.${schema}`);
      await spark?.close();
      await opened?.drop();
      await lake?.remove();
    });

    /** Inserts the same rows into both tables. */
    async function append(first: number, last: number): Promise<void> {
      const title = "case when i % 5 > 0 then concat('title ', cast(i % 11 as text), ' é🎵') end";
      const rows = `select i, i % 7, ${title}, i / 8.0, 9007199254740993 + i`;
      const start = "2026-01-01 00:00:00.123456";
      await opened.database.script(
        `insert into facts (${COLUMNS}) ${rows}, timestamptz '${start}Z' + i * interval '3 hours' from generate_series(${first}, ${last}) as rows (i)`,
      );
      await spark.run(
        `insert into ${table} ${rows.replace("as text", "as string")}, timestamp'${start}Z' + make_dt_interval(0, 3 * cast(i as int)) from (select id as i from range(${first}, ${last + 1}))`,
      );
    }

    const run = async (views: readonly string[], how: object = {}) =>
      materialize(
        {
          registry: createRegistryStore(opened.database),
          offline: createRunLog(opened.database),
          holder: await thisProcess(),
          isDead: isSurelyDead,
          engine,
        },
        { views, asOf: BigInt(Date.UTC(2026, 1, 15)) * 1000n, ...how },
      );
    const rowsOf = (view: string, generation: number) =>
      opened.database.query({
        text: `select to_jsonb(rows)::text as row from features.${view}_v1_g${generation} as rows order by track_id`,
      });
    const snapshots = () =>
      spark.rows<{ snapshot: string }>(
        `select cast(snapshot_id as string) as snapshot from ${table}.snapshots order by committed_at`,
      );

    test("gives the rows that PostgreSQL computes, and the run names the snapshot", async () => {
      const { views } = await run(["postgres_scores", "cluster_scores"]);
      expect(views.map(({ failure }) => failure)).toEqual([null, null]);
      expect(await rowsOf("cluster_scores", 1)).toEqual(await rowsOf("postgres_scores", 1));
      const [found] = await createRunStore(opened.database).list({ view: "cluster_scores", limit: 1 });
      expect(found).toMatchObject({
        readFiles: null,
        readTables: [{ table, snapshot: (await snapshots())[0]?.snapshot }],
      });
    });
  });
}
