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
  latest,
  source,
  string,
  sum,
} from "@featstore/definitions";
import { expect, vi } from "vitest";
import type { EngineSettings } from "../../../../src/core/index";
import { type Database, isSurelyDead, thisProcess } from "../../../../src/database/index";
import { createEngine, type Engine, type FillProgress } from "../../../../src/engine/index";
import { sweep } from "../../../../src/materialization/janitor";
import type { MaterializedView } from "../../../../src/materialization/materialization";
import { materialize } from "../../../../src/materialization/materialize";
import { createRunLog } from "../../../../src/materialization/run-log";
import { createRunStore, type ListedRun } from "../../../../src/materialization/runs/run-store";
import { apply } from "../../../../src/registry/apply";
import { createRegistryStore } from "../../../../src/registry/registry-store";
import { createTestBucket } from "../../../datasets/support/storages";
import type { OpenTestDatabase } from "../../../helpers/test-database";
import { createLake, withWriter } from "../../duckdb/support/lake";
import { secretOf, testExtensions } from "../../duckdb/support/test-engine";
import { sparkUrl } from "./test-spark";

const TRACKS = 500;
const FILES = 4;
/** So many that tasks run for some seconds. */
const ROWS_PER_FILE = 100_000;
const AS_OF = BigInt(Date.UTC(2026, 1, 15)) * 1000n;

export interface RunRequest {
  readonly url?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FillProgress) => void;
  /** Replaces methods of the engine. */
  readonly engine?: Partial<Engine>;
}

/** A store with the applied view `scores@1`, whose runs a Spark cluster computes from files of a bucket. */
export interface SparkLake {
  readonly database: Database;
  readonly settings: EngineSettings;
  /** Runs `scores@1`, always as of the same time. */
  run(request?: RunRequest): Promise<MaterializedView>;
  lastRun(): Promise<ListedRun | undefined>;
  /**
   * Expects that the generation of the last run that was published is served, with the rows of the first one, and that nothing else is
   * left after a sweep.
   */
  expectWhole(): Promise<void>;
  close(): Promise<void>;
}

export async function openSparkLake(opened: OpenTestDatabase): Promise<SparkLake> {
  const { database } = opened;
  const [lake, bucket] = await Promise.all([createLake(), createTestBucket(process.env.TEST_S3_URL ?? "")]);
  const { endpoint, bucket: Bucket, credentials } = bucket.options;
  const settings: EngineSettings = {
    ...{ kind: "spark", url: secretOf(sparkUrl), results: `s3://${Bucket}/results`, staging: lake.staging },
    ...{ memoryMb: 512, threads: 1, roots: [`s3://${Bucket}/lake`], extensions: testExtensions() ?? null },
    s3: { endpoint, region: null },
  };
  const engineAt = (url: string) =>
    createEngine(database, { engines: { cluster: { ...settings, url: secretOf(url) } } });
  const registry = createRegistryStore(database);
  const log = createRunLog(database);
  const runs = createRunStore(database);

  await withWriter(async (run) => {
    for (let file = 0; file < FILES; file++) {
      const path = join(lake.root, `${file}.parquet`);
      await run(`copy (${rowsOf(file)}) to '${path}' (format parquet)`);
      const Key = `lake/${file}.parquet`;
      await bucket.client.send(new PutObjectCommand({ Bucket, Key, Body: await readFile(path) }));
    }
  });
  await withCredentials(async () => {
    const definitions = { featureViews: [scores(Bucket).ir], featureServices: [] };
    const options = { appliedBy: "tester", engines: { cluster: settings } };
    await apply({ registry, catalog: engineAt(sparkUrl) }, definitions, options);
  });

  function withCredentials<Result>(body: () => Promise<Result>): Promise<Result> {
    vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
    return body();
  }

  let published = 0;
  let first: { readonly digest: string; readonly rows: string } | undefined;
  const digestOf = async (generation: number) => {
    const text = `select md5(string_agg(to_jsonb(rows)::text, ' ' order by track_id)) as digest, count(*)::text as rows
      from (select * from features.scores_v1_g${generation}) as rows`;
    return (await database.query<{ digest: string; rows: string }>({ text }))[0];
  };
  const results = async () => {
    const { Contents = [] } = await bucket.client.send(new ListObjectsV2Command({ Bucket, Prefix: "results/" }));
    return Contents.map(({ Key }) => Key);
  };
  const dependenciesOf = async (engine: Engine) => ({
    ...{ registry, offline: log, holder: await thisProcess(), isDead: isSurelyDead, engine },
  });

  return {
    database,
    settings,
    run: ({ url = sparkUrl, signal, onProgress, engine: own }: RunRequest = {}) =>
      withCredentials(async () => {
        const opened = { ...engineAt(url), ...own };
        const fill: Engine["fill"] = (run, view, options) =>
          opened.fill(run, view, {
            ...options,
            onProgress(progress) {
              options?.onProgress?.(progress);
              onProgress?.(progress);
            },
          });
        const request = { views: ["scores"], asOf: AS_OF, ...(signal === undefined ? {} : { signal }) };
        const [done] = (await materialize(await dependenciesOf({ ...opened, fill }), request)).views;
        if (done === undefined) throw new Error("nothing ran");
        if (done.state === "published") published = done.generation ?? 0;
        return done;
      }),
    lastRun: async () => (await runs.list({ limit: 1 }))[0],
    async expectWhole() {
      await withCredentials(async () => sweep(await dependenciesOf(engineAt(sparkUrl))));
      const [served] = await database.query({
        text: "select served_generation::text as generation from featstore.feature_views where name = 'scores'",
      });
      expect(served).toEqual({ generation: String(published) });
      const tables = await database.query({
        text: `select count(*)::text as others from pg_catalog.pg_class where relnamespace = 'features'::regnamespace
          and relkind = 'r' and relname not in (select table_name || '_rows' from featstore.generations where state = 'published')`,
      });
      expect(tables).toEqual([{ others: "0" }]);
      expect(await database.query({ text: "select name from featstore.leases" })).toEqual([]);
      expect(await results()).toEqual([]);
      expect(await lake.leftovers()).toEqual([]);
      const digest = await digestOf(published);
      first ??= digest;
      expect([digest, first?.rows]).toEqual([first, String(TRACKS)]);
    },
    async close() {
      await opened.drop();
      await lake.remove();
    },
  };
}

function scores(bucket: string) {
  const facts = source({
    ...{ name: "facts", engine: "cluster", path: `s3://${bucket}/lake/*.parquet`, key: { track_id: int64() } },
    ...{ eventTime: "at", tieBreak: "id", history: "events" },
    columns: { title: string().nullable(), value: float64().nullable(), amount: int64().nullable() },
  });
  return featureView({
    ...{ name: "scores", version: 1, entity: entity({ name: "track", key: { track_id: int64() } }), from: facts },
    features: (row) => ({
      facts: count(),
      titles_7d: countDistinct(row.title).over(days(7)),
      titles_30d: countDistinct(row.title).over(days(30)),
      amount: sum(row.amount),
      level: avg(row.value).over(days(30)),
      last_title: latest(row.title),
    }),
  });
}

/** Floats are eighths, so that their sums do not depend on the order of the rows. */
function rowsOf(file: number): string {
  const first = file * ROWS_PER_FILE;
  return `select i as id, i % ${TRACKS} as track_id, case when i % 5 > 0 then 'title ' || (i % 1117) || ' é🎵' end as title,
    case when i % 13 > 0 then (i % 4096) / 8.0::float8 end as value, 9007199254740993 + i as amount,
    timestamptz '2026-01-01 00:00:00.123456Z' + i * interval '9 seconds' as at
    from range(${first}, ${first + ROWS_PER_FILE}) as rows (i)`;
}
