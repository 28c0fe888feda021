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
import { expect, vi } from "vitest";
import { type EngineSettings, randomId } from "../../../../src/core/index";
import { isSurelyDead, thisProcess } from "../../../../src/database/index";
import { createEngine, type Engine } from "../../../../src/engine/index";
import { openSparkSession, type SparkSession } from "../../../../src/engine/spark/connect/index";
import { type MaterializeReport, materialize } from "../../../../src/materialization/materialize";
import { createRunLog } from "../../../../src/materialization/run-log";
import { apply } from "../../../../src/registry/apply";
import { createRegistryStore } from "../../../../src/registry/registry-store";
import { createTestBucket } from "../../../datasets/support/storages";
import type { OpenTestDatabase, TestDatabase } from "../../../helpers/test-database";
import { prepare } from "../../../registry/fixture";
import { createLake } from "../../duckdb/support/lake";
import { secretOf, testExtensions } from "../../duckdb/support/test-engine";
import { sparkUrl } from "./test-spark";

const track = entity({ name: "track", key: { track_id: int64() } });

/** The same view over the Iceberg table and over a table of PostgreSQL. */
export type View = "cluster_scores" | "postgres_scores";

/** The columns of both tables. */
export const FACTS = "id, track_id, title, value, amount, at";

/** An Iceberg table and a table of PostgreSQL, `facts`, with the same columns and views over both. */
export interface IcebergRuns {
  readonly database: OpenTestDatabase["database"];
  readonly spark: SparkSession;
  readonly engine: Engine;
  /** `lake.<schema>.facts`. */
  readonly table: string;
  /** `<schema>.facts`, as the procedures of the catalog name it. */
  readonly name: string;
  /** Sets the credentials of the bucket, which vitest takes back after each test. */
  useCredentials(): void;
  /** Runs views as of some days after 2026-01-01. */
  run(views: readonly View[], asOfDays: number, mode: "full" | "incremental"): Promise<MaterializeReport["views"]>;
  /** The rows of the served generation of a view, as JSON texts. */
  served(view: View): Promise<readonly object[]>;
  /** The ids of the table's snapshots, the oldest first. */
  snapshots(): Promise<readonly string[]>;
  close(): Promise<void>;
}

function viewOf(engine: "postgres" | "cluster", table: string) {
  const facts = source({
    ...{ name: `${engine}_facts`, key: { track_id: int64() }, eventTime: "at", tieBreak: "id", history: "events" },
    ...(engine === "cluster" ? { engine, table } : { table: "facts" }),
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

/** Creates both tables, empty, and applies the views. */
export async function openIcebergRuns(target: TestDatabase): Promise<IcebergRuns> {
  const bucket = await createTestBucket(process.env.TEST_S3_URL ?? "");
  const [opened, lake] = await Promise.all([target.openMigrated(), createLake()]);
  const spark = await openSparkSession({ engine: "test", url: sparkUrl });
  const { endpoint, bucket: bucketName, credentials } = bucket.options;
  const schema = `iceberg_${randomId()}`;
  const [name, table] = [`${schema}.facts`, `lake.${schema}.facts`];
  const settings: EngineSettings = {
    ...{ kind: "spark", url: secretOf(sparkUrl), results: `s3://${bucketName}/results`, staging: lake.staging },
    ...{ memoryMb: 512, threads: 1, roots: ["s3://featstore-spark/lake"], extensions: testExtensions() ?? null },
    s3: { endpoint, region: null },
  };
  const { database } = opened;
  const engine = createEngine(database, { engines: { cluster: settings } });
  const useCredentials = () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  };
  useCredentials();
  await prepare(
    database,
    "create table facts (id bigint primary key, track_id bigint, title text, value float8, amount bigint, at timestamptz)",
  );
  await spark.run(`create namespace lake.${schema}`);
  await spark.run(
    `create table ${table} (id bigint, track_id bigint, title string, value double, amount bigint, at timestamp) using iceberg`,
  );
  const registry = createRegistryStore(database);
  const definitions = {
    featureViews: [viewOf("postgres", table).ir, viewOf("cluster", table).ir],
    featureServices: [],
  };
  const { plan } = await apply({ registry, catalog: engine }, definitions, {
    appliedBy: "tester",
    engines: { cluster: settings },
  });
  expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const holder = await thisProcess();
  return {
    ...{ database, spark, engine, table, name, useCredentials },
    async run(views, asOfDays, mode) {
      const asOf = BigInt(Date.UTC(2026, 0, 1) + asOfDays * 86_400_000) * 1000n;
      const dependencies = { registry, offline: createRunLog(database), holder, isDead: isSurelyDead, engine };
      return (await materialize(dependencies, { views, asOf, mode })).views;
    },
    served: (view) =>
      database.query({ text: `select to_jsonb(rows)::text as row from features.${view}_v1 as rows order by track_id` }),
    async snapshots() {
      const rows = await spark.rows<{ id: string }>(
        `select cast(snapshot_id as string) as id from ${table}.snapshots order by committed_at`,
      );
      return rows.map(({ id }) => id);
    },
    async close() {
      await spark.run(`drop table if exists ${table} purge`);
      await spark.run(`drop namespace if exists lake.${schema}`);
      await spark.close();
      await opened.drop();
      await lake.remove();
    },
  };
}
