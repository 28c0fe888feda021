import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  avg,
  count,
  countDistinct,
  days,
  entity,
  featureView,
  float64,
  int64,
  lastN,
  latest,
  source,
  string,
  sum,
} from "@featstore/definitions";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { EngineSettings } from "../../../src/core/index";
import { isSurelyDead, thisProcess } from "../../../src/database/index";
import { runsFolderName } from "../../../src/engine/folder-names";
import { createEngine, type Engine } from "../../../src/engine/index";
import { materialize } from "../../../src/materialization/materialize";
import { createRunLog } from "../../../src/materialization/run-log";
import { apply } from "../../../src/registry/apply";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { createTestBucket } from "../../datasets/support/storages";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";
import { createLake, type Lake, withWriter } from "../duckdb/support/lake";
import { secretOf, testExtensions } from "../duckdb/support/test-engine";

const [sparkUrl, s3Url, extensions] = [
  process.env.TEST_SPARK_URL ?? "",
  process.env.TEST_S3_URL ?? "",
  testExtensions(),
];

const track = entity({ name: "track", key: { track_id: int64() } });

function viewOf(engine: "postgres" | "cluster", bucket: string) {
  const facts = source({
    ...{ name: `${engine}_facts`, key: { track_id: int64() }, eventTime: "at", tieBreak: "id", history: "events" },
    ...(engine === "cluster" ? { engine, path: `s3://${bucket}/lake/*.parquet` } : { table: "facts" }),
    columns: { title: string().nullable(), value: float64().nullable(), amount: int64().nullable() },
  });
  return featureView({
    ...{ name: `${engine}_scores`, version: 1, entity: track, from: facts },
    features: (row) => ({
      facts: count(),
      titles_7d: countDistinct(row.title).over(days(7)),
      titles_30d: countDistinct(row.title).over(days(30)),
      amount: sum(row.amount),
      level: avg(row.value).over(days(30)),
      last_title: latest(row.title),
      last_value: latest(row.value),
      last_titles: lastN(row.title, 3),
    }),
  });
}

for (const target of testDatabases("one")) {
  const skip = target.skip || (sparkUrl === "" && process.env.REQUIRE_SERVICES !== "1");
  describe.skipIf(skip)(`runs on Spark into ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let lake: Lake;
    let bucket: Awaited<ReturnType<typeof createTestBucket>>;
    let settings: EngineSettings;
    let engine: Engine;

    beforeAll(async () => {
      [opened, lake, bucket] = await Promise.all([target.openMigrated(), createLake(), createTestBucket(s3Url)]);
      const { endpoint, bucket: name } = bucket.options;
      useCredentials();
      settings = {
        ...{ kind: "spark", url: secretOf(sparkUrl), results: `s3://${name}/results`, staging: lake.staging },
        ...{ memoryMb: 512, threads: 1, roots: [`s3://${name}/lake`], extensions: extensions ?? null },
        s3: { endpoint, region: null },
      };
      engine = createEngine(opened.database, { engines: { cluster: settings } });
      await prepare(
        opened.database,
        "create table facts (id bigint primary key, track_id bigint, title text, value float8, amount bigint, at timestamptz)",
      );
      await writeFacts();
      const views = [viewOf("postgres", name).ir, viewOf("cluster", name).ir];
      const registry = createRegistryStore(opened.database);
      const definitions = { featureViews: views, featureServices: [] };
      const options = { appliedBy: "tester", engines: { cluster: settings } };
      const { plan } = await apply({ registry, catalog: engine }, definitions, options);
      expect(plan.outcome).toBe("changes");
    });
    beforeEach(() => useCredentials());
    afterAll(async () => {
      await opened?.drop();
      await lake?.remove();
    });

    function useCredentials(): void {
      const { accessKeyId, secretAccessKey } = bucket.options.credentials;
      vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
    }

    /** Writes the same rows into two files of the bucket and into the table. */
    async function writeFacts(): Promise<void> {
      const rows = (offset: string) => `select i as id, i % 7 as track_id,
        case when i % 5 > 0 then 'title ' || (i % 11) || ' é🎵' end as title,
        case when i % 13 = 0 then null when i % 17 = 0 then -0.0::float8 else i / 8.0::float8 end as value,
        9007199254740993 + i as amount, timestamptz '2026-01-01 00:00:00.123456Z' + i * interval '3 hours' as at
        from ${offset} as rows (i)`;
      await opened.database.script(`insert into facts ${rows("generate_series(1, 400)")}`);
      await withWriter(async (run) => {
        for (const [name, range] of [
          ["a", "range(1, 201)"],
          ["b", "range(201, 401)"],
        ]) {
          const file = join(lake.root, `${name}.parquet`);
          await run(`copy (${rows(range ?? "")}) to '${file}' (format parquet)`);
          const Body = await readFile(file);
          await bucket.client.send(
            new PutObjectCommand({ Bucket: bucket.options.bucket, Key: `lake/${name}.parquet`, Body }),
          );
        }
      });
    }

    const run = async (views: readonly string[]) =>
      materialize(
        {
          registry: createRegistryStore(opened.database),
          offline: createRunLog(opened.database),
          holder: await thisProcess(),
          isDead: isSurelyDead,
          engine,
        },
        { views, asOf: BigInt(Date.UTC(2026, 1, 15)) * 1000n },
      );
    const rowsOf = (view: string) =>
      opened.database.query({
        text: `select to_jsonb(rows)::text as row from features.${view}_v1_g1 as rows order by track_id`,
      });

    test("publish the rows that PostgreSQL computes over a table with the same rows", {
      timeout: 300_000,
    }, async () => {
      const { views } = await run(["postgres_scores", "cluster_scores"]);
      expect(views.map(({ failure }) => failure)).toEqual([null, null]);
      expect(views).toMatchObject([
        { state: "published", rows: 7 },
        { state: "published", rows: 7 },
      ]);
      expect(await rowsOf("cluster_scores")).toEqual(await rowsOf("postgres_scores"));
      expect(await results()).toEqual([]);
    });

    test("keep the served generation and leave nothing when the cluster is gone", { timeout: 300_000 }, async () => {
      const gone = { ...settings, url: secretOf("sc://127.0.0.1:9") };
      engine = createEngine(opened.database, { engines: { cluster: gone } });
      const { views } = await run(["cluster_scores"]);
      expect(views).toMatchObject([{ state: "failed", failure: { code: "engine_unavailable" } }]);
      engine = createEngine(opened.database, { engines: { cluster: settings } });
      const [served] = await opened.database.query({
        text: "select served_generation::text as generation from featstore.feature_views where name = 'cluster_scores'",
      });
      expect(served).toEqual({ generation: "1" });
      expect(await results()).toEqual([]);
    });

    test("leave nothing in the bucket when Spark refuses the statement", async () => {
      const view = viewOf("cluster", bucket.options.bucket).ir;
      const applied = { view, sql: "select wrong", parameters: [], served: null };
      const lost = { runId: "1", token: "77", view: "scores", version: 1, generation: 9, table: "none", asOf: 0n };
      await expect(engine.fill(lost, applied)).rejects.toMatchObject({ code: "engine_statement_failed" });
      expect(await results()).toEqual([]);
    });

    test("are swept from the bucket once their leases are gone", async () => {
      expect(await engine.sweepStaging(async () => [])).toEqual([]);
      const runs = `results/${await runsFolderName(opened.database)}`;
      const { bucket: Bucket } = bucket.options;
      for (const name of ["a_v1_g1_run77", "a_v1_g1_run78"])
        await bucket.client.send(new PutObjectCommand({ Bucket, Key: `${runs}/${name}/x`, Body: "1" }));
      expect(await engine.sweepStaging(async () => ["78"])).toMatchObject([expect.stringContaining("a_v1_g1_run77")]);
      expect(await results()).toEqual([expect.stringContaining("a_v1_g1_run78/x")]);
    });

    const results = async () => {
      const { bucket: Bucket } = bucket.options;
      const { Contents = [] } = await bucket.client.send(new ListObjectsV2Command({ Bucket, Prefix: "results/" }));
      return Contents.map(({ Key }) => Key);
    };
  });
}
