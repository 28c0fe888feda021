import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  avg,
  coalesce,
  count,
  days,
  decimal,
  entity,
  featureService,
  featureView,
  float64,
  hours,
  int32,
  int64,
  lastN,
  latest,
  max,
  percentile,
  source,
  string,
  sum,
  timestamp,
} from "@featstore/definitions";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { EngineSettings } from "../../../src/core/index";
import { spinesFolderName } from "../../../src/engine/folder-names";
import { createEngine, type Engine } from "../../../src/engine/index";
import { openSparkSession } from "../../../src/engine/spark/connect/index";
import type { TrainingManifest } from "../../../src/training-sets/output/training-manifest";
import type { TrainingSetRequest } from "../../../src/training-sets/training-sets";
import { createTestBucket } from "../../datasets/support/storages";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";
import { applyDefinitions, openTrainingSets, rowsSpine, type TestTrainingSets } from "../../training-sets/support";
import { createLake, type Lake, withWriter } from "../duckdb/support/lake";
import { secretOf, testExtensions } from "../duckdb/support/test-engine";

/* A training set over the same rows has the same values, counts and reports, whether PostgreSQL, DuckDB or Spark computes it. */

const sparkUrl = process.env.TEST_SPARK_URL ?? "";
const s3Url = process.env.TEST_S3_URL ?? "";

type EngineName = "postgres" | "lake" | "cluster";

/** The rows of each table, which are also those of its files. PostgreSQL and DuckDB give the same for the text. */
const tables = {
  facts: `select i as id, cast(case when i % 10 = 0 then i % 4 + 2 else 1 end as bigint) as track_id,
    case when i % 5 > 0 then 'title ' || (i % 11) || ' é🎵"\\' end as title,
    case when i % 3 = 0 then 'ann' when i % 7 > 0 then 'bob' end as artist,
    case when i % 13 = 0 then null when i % 17 = 0 then -0.0::float8 else i / 8.0::float8 end as value,
    9007199254740993 + i as amount, case when i % 9 = 0 then 'none' else '' || i end as rank,
    cast(i + 0.25 as decimal(12, 2)) as price, '{"b": [' || i || '], "a": "é"}' as document,
    timestamptz '2026-01-01 00:00:00.123456Z' + i * interval '5 minutes' as at`,
  deeds: `select i as id, case when i % 2 = 0 then 'ann' else 'bob' end as artist, cast(i % 50 as integer) as fans,
    timestamptz '2026-01-01 00:00:00Z' + i * interval '1 hour' as at`,
} as const;
const FACTS = 900;

const track = entity({ name: "track", key: { track_id: int64() } });
const artist = entity({ name: "artist", key: { artist: string() } });

function definitionsOf(engine: EngineName, bucket: string) {
  const relation = (table: string) =>
    engine === "postgres" ? { table } : ({ engine, path: `s3://${bucket}/lake/${table}/*.parquet` } as const);
  const common = { eventTime: "at", tieBreak: "id", history: "events" } as const;
  const facts = source({
    ...{ ...common, ...relation("facts"), name: `${engine}_facts`, key: { track_id: int64() } },
    columns: {
      ...{ title: string().nullable(), artist: string().nullable(), value: float64().nullable(), amount: int64() },
      ...{ rank: string(), price: decimal(), document: string(), at: timestamp() },
    },
  });
  const deeds = source({
    ...{ ...common, ...relation("deeds"), name: `${engine}_deeds`, key: { artist: string() } },
    columns: { fans: int32() },
  });
  const scores = featureView({
    ...{ name: `${engine}_scores`, version: 1, entity: track, from: facts, ttl: days(5) },
    features: (row) => ({
      plays: count(),
      level: avg(row.value),
      total: sum(row.amount).over(hours(30)),
      highest: max(row.value),
      title: latest(row.title),
      rank: latest(row.rank.int32()),
      price: latest(row.price),
      last: latest(row.at),
    }),
  });
  const titles = featureView({
    ...{ name: `${engine}_titles`, version: 1, entity: track, from: facts },
    features: (row) => ({
      middle: percentile(row.value, 0.5),
      titles: lastN(row.title, 3),
      document: latest(row.document.json()),
      artist: latest(row.artist),
      plays: count().default(0),
    }),
  });
  const fame = featureView({
    ...{ name: `${engine}_fame`, version: 1, entity: artist, from: deeds },
    features: (row) => ({ fans: sum(row.fans) }),
  });
  const mix = featureService({
    ...{ name: `${engine}_mix`, version: 1, inputs: { more: int32(), word: string().nullable() } },
    features: [titles.pick("plays"), fame.through(titles.feature("artist")).pick("fans")],
    computed: (read, inputs) => ({
      total: read[`${engine}_titles`].plays.plus(inputs.more),
      shout: coalesce(inputs.word, "-").concat("!"),
    }),
  });
  return { featureViews: [scores.ir, titles.ir, fame.ir], featureServices: [mix.ir] };
}

const features = [
  ...["plays", "level", "total", "highest", "title", "rank", "price", "last"].map((name) => `scores.${name}`),
  ...["middle", "titles", "document", "artist"].map((name) => `titles.${name}`),
];
const of = (engine: EngineName, names: readonly string[]) => names.map((name) => `${engine}_${name}`);

/** Rows of few tracks, one of which has so many facts and rows that running is cheaper than joining. */
const spine = Array.from({ length: 800 }, (_, row) => ({
  track_id: row % 50 === 0 ? 2 + (row % 8) : 1,
  as_of: new Date(Date.UTC(2026, 0, 1) + row * 400_000).toISOString(),
  ...{ label: row % 3, note: 'a\tb\\c\n"d"', more: row, word: row % 4 === 0 ? null : "ä" },
}));

for (const target of testDatabases("one")) {
  const skip = target.skip || (sparkUrl === "" && process.env.REQUIRE_SERVICES !== "1");
  describe.skipIf(skip)(`training sets on Spark, with ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let lake: Lake;
    let bucket: Awaited<ReturnType<typeof createTestBucket>>;
    let settings: EngineSettings;
    let engine: Engine;
    let sets: TestTrainingSets;

    beforeAll(async () => {
      [opened, lake, bucket] = await Promise.all([target.openMigrated(), createLake(), createTestBucket(s3Url)]);
      const { endpoint, bucket: name } = bucket.options;
      useCredentials();
      settings = {
        ...{
          kind: "spark",
          url: secretOf(sparkUrl),
          results: `s3://${name}/results`,
          staging: join(lake.staging, "s"),
        },
        ...{ memoryMb: 512, threads: 1, roots: [`s3://${name}/lake`], extensions: testExtensions() ?? null },
        s3: { endpoint, region: null },
      };
      engine = openEngines(settings);
      await writeTables();
      const all = (["postgres", "lake", "cluster"] as const).map((each) => definitionsOf(each, name));
      const definitions = {
        featureViews: all.flatMap(({ featureViews }) => featureViews),
        featureServices: all.flatMap(({ featureServices }) => featureServices),
      };
      await applyDefinitions(opened.database, definitions, engine);
      sets = await openTrainingSets(opened.database, { engine });
    }, 300_000);
    beforeEach(() => useCredentials());
    afterAll(async () => {
      await sets?.close();
      await opened?.drop();
      await lake?.remove();
    });

    function useCredentials(): void {
      const { accessKeyId, secretAccessKey } = bucket.options.credentials;
      vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
    }

    const openEngines = (cluster: EngineSettings): Engine => {
      const duckdb = {
        ...cluster,
        kind: "duckdb",
        url: null,
        results: null,
        staging: join(lake.staging, "d"),
      } as const;
      return createEngine(opened.database, { engines: { cluster, lake: duckdb } });
    };

    /** Writes the same rows into tables, and into two files of the bucket for each. */
    async function writeTables(): Promise<void> {
      for (const [name, rows] of Object.entries(tables)) {
        await prepare(
          opened.database,
          `create table ${name} as ${rows} from generate_series(1, ${FACTS}) as rows (i); alter table ${name} add primary key (id)`,
        );
        await withWriter(async (run) => {
          for (const first of [1, FACTS / 2 + 1]) {
            const file = join(lake.root, `${name}-${first}.parquet`);
            await run(
              `copy (${rows} from range(${first}, ${first + FACTS / 2}) as rows (i)) to '${file}' (format parquet)`,
            );
            const Key = `lake/${name}/${first}.parquet`;
            const { bucket: Bucket } = bucket.options;
            await bucket.client.send(new PutObjectCommand({ Bucket, Key, Body: await readFile(file) }));
          }
        });
      }
    }

    /** The keys below the engine's results. */
    const results = async () => {
      const { bucket: Bucket } = bucket.options;
      const { Contents = [] } = await bucket.client.send(new ListObjectsV2Command({ Bucket, Prefix: "results/" }));
      return Contents.map(({ Key }) => Key);
    };

    const expectNothingLeft = async () => {
      expect(await results()).toEqual([]);
      expect((await lake.leftovers()).filter((path) => /spines\/|operations\//.test(path))).toEqual([]);
      expect((await sets.left()).tables).toEqual([]);
    };

    type Made = Partial<TrainingSetRequest>;
    const make = (request: Made) => sets.make({ spine: rowsSpine(spine), ...request });
    /** Makes a training set on each engine, and expects that they are equal. Returns that of Spark. */
    async function expectEqual(requestOf: (engine: EngineName) => Made) {
      const expected = await make(requestOf("postgres"));
      const [found] = [await make(requestOf("cluster")), await make(requestOf("lake"))].map(({ manifest, text }) => {
        expect(valuesOf(text)).toEqual(valuesOf(expected.text));
        expect(comparable(manifest)).toEqual(comparable(expected.manifest));
        return manifest;
      });
      if (found === undefined) throw new Error("nothing was made");
      return found;
    }

    test("have the values, counts and reports of PostgreSQL and DuckDB", { timeout: 600_000 }, async () => {
      const manifest = await expectEqual((each) => ({
        features: of(each, features),
        labels: [
          { feature: `${each}_scores.plays`, horizon: "1d", name: "later" },
          { feature: `${each}_titles.document`, horizon: "1d", name: "document" },
        ],
        ...{ labelColumn: "label", allowLeakage: "this is a test" },
        split: { by: "hash", parts: { train: 0.5, test: 0.5 } },
      }));
      expect(manifest.views.map(({ plan }) => plan)).toEqual(["running", "join"]);
      expect(manifest.sources).toMatchObject([{ engine: "cluster", files: { count: 2 } }]);
      await expectNothingLeft();
    });

    test("have computed features, and features of other entities", { timeout: 600_000 }, async () => {
      const { columns } = await expectEqual((each) => ({ service: `${each}_mix`, columns: ["note"] }));
      expect(columns.map(({ name }) => name)).toContain("cluster_fame.fans");
    });

    test("can have features of several engines", { timeout: 600_000 }, async () => {
      const expected = await make({ features: of("postgres", features) });
      const mixed = await make({
        features: [
          ...of("cluster", features.slice(0, 6)),
          ...of("lake", features.slice(6, 8)),
          ...of("postgres", features.slice(8)),
        ],
      });
      expect(valuesOf(mixed.text)).toEqual(valuesOf(expected.text));
      await expectNothingLeft();
    });

    test("leave the cluster and nothing else when they are cancelled", { timeout: 600_000 }, async () => {
      const { id, done } = await sets.sets.start({
        ...{ format: "jsonl", tenant: null, features: of("cluster", features), spine: rowsSpine(spine) },
      });
      const ended = done.catch(String);
      // Spark has begun to write.
      await vi.waitFor(async () => expect(await results()).toContainEqual(expect.stringContaining("_temporary")), {
        ...{ timeout: 300_000, interval: 200 },
      });
      await sets.sets.cancel(id, { tenant: null });
      await ended;
      expect(await sets.sets.read(id, { tenant: null })).toMatchObject({ state: "cancelled" });
      const spark = await openSparkSession({ engine: "cluster", url: sparkUrl, deadlineMs: 120_000 });
      expect(await spark.rows("select count(*) as rows from range(0, 10, 1, 2)")).toEqual([{ rows: 10n }]);
      await spark.close();
      await vi.waitFor(
        async () => {
          await sets.sets.sweep();
          await expectNothingLeft();
        },
        { timeout: 60_000, interval: 1000 },
      );
    });

    test("fail with a code and leave nothing when the cluster is gone", { timeout: 300_000 }, async () => {
      const gone = openEngines({ ...settings, url: secretOf("sc://127.0.0.1:9") });
      const failing = await openTrainingSets(opened.database, { engine: gone });
      const made = failing.make({ spine: rowsSpine(spine), features: of("cluster", features) });
      await expect(made).rejects.toMatchObject({ code: "engine_unavailable" });
      await failing.close();
      await expectNothingLeft();
    });

    test("are swept from the bucket once they have ended", { timeout: 300_000 }, async () => {
      const { id } = await make({ features: of("postgres", ["scores.plays"]) });
      const folder = `results/${await spinesFolderName(opened.database)}`;
      // The second belongs to another database that has the same bucket.
      for (const name of [id, "zzzzzzzzzzzzzzzz"]) {
        const { bucket: Bucket } = bucket.options;
        await bucket.client.send(new PutObjectCommand({ Bucket, Key: `${folder}/${name}/a/x.parquet`, Body: "1" }));
      }
      await sets.sets.sweep();
      expect(await results()).toEqual([`${folder}/zzzzzzzzzzzzzzzz/a/x.parquet`]);
    });
  });
}

/** The parts of a manifest that do not name the engine or the bytes. */
function comparable({
  views,
  labels,
  leakage,
  split,
  unparsed,
  columns,
  spine: rows,
  service,
  warnings,
}: TrainingManifest) {
  const text = JSON.stringify(
    { views, labels, leakage, split, unparsed, columns, rows, service, warnings },
    (name, value) => (name === "meaning_hash" ? undefined : (value as unknown)),
  );
  return JSON.parse(withoutEngines(text)) as unknown;
}

function valuesOf(lines: string): readonly unknown[] {
  return withoutEngines(lines)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

function withoutEngines(text: string): string {
  return text.replaceAll(/\b(?:postgres|lake|cluster)_/g, "");
}
