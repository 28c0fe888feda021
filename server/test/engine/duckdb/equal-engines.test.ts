import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  avg,
  count,
  days,
  entity,
  featureView,
  float64,
  hours,
  int64,
  latest,
  max,
  percentile,
  source,
  string,
  sum,
} from "@featstore/definitions";
import type { FeatureView } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EngineSettings } from "../../../src/core/index";
import { openEngine, withDuckdb } from "../../../src/engine/duckdb/process/index";
import { createEngine, type Engine } from "../../../src/engine/index";
import type { TrainingManifest } from "../../../src/training-sets/output/training-manifest";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";
import { applyDefinitions, openTrainingSets, rowsSpine, type TestTrainingSets } from "../../training-sets/support";

/*
 * The law: a training set over the same rows has the same values, counts and reports, whether PostgreSQL or DuckDB computes it, with
 * each strategy; so have rows as of a time. LAW_RUNS sets the number of cases; LAW_SEED repeats a run.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 50);

interface Fact {
  readonly id: number;
  readonly track_id: number;
  readonly title: string | null;
  readonly value: number | null;
  readonly rank: string | null;
  readonly at: string;
}

const START = Date.UTC(2026, 0, 1);
const anyTime = fc.integer({ min: 0, max: 20_000 }).map((minutes) => new Date(START + minutes * 60_000).toISOString());
const anyFacts = fc.array(
  fc.record({
    track_id: fc.integer({ min: 1, max: 4 }),
    title: fc.option(fc.constantFrom<string>("é🎵", 'a "quoted" one', "a,b\nc", "\\N", "")),
    value: fc.option(fc.integer({ min: -40, max: 40 }).map((quarters) => quarters / 4)),
    rank: fc.option(fc.constantFrom<string>("1", "22", "third", "99999999999")),
    at: anyTime,
  }),
  { maxLength: 60 },
);
const anySpine = fc.array(
  fc.record({
    track_id: fc.integer({ min: 1, max: 5 }),
    as_of: anyTime,
    label: fc.option(fc.constantFrom<number>(0, 1, 2.5)),
    note: fc.constantFrom<string>("plain", 'a\tb\\c\n"d"'),
  }),
  { minLength: 1, maxLength: 40 },
);

/** So many facts and rows of one track that running is cheaper than joining. */
const crowd = Array.from({ length: 800 }, (_, index) => ({
  ...{
    track_id: 1,
    title: index % 3 === 0 ? null : `title ${index % 7}`,
    value: (index % 11) / 4,
    rank: String(index),
  },
  at: new Date(START + index * 300_000).toISOString(),
}));
const crowdSpine = crowd.map(({ at }, index) => ({
  ...{ track_id: 1 + (index % 50 === 0 ? 1 : 0), as_of: at, label: index % 2, note: "plain" },
}));

const track = entity({ name: "track", key: { track_id: int64() } });
const columns = { title: string().nullable(), value: float64().nullable(), rank: string().nullable() };

/** Two views of the same facts: one that may run, and one that has to join. */
function viewsOf(engine: "postgres" | "lake") {
  const prefix = engine === "lake" ? "lake_" : "";
  const facts = source({
    ...{ name: `${prefix}facts`, key: { track_id: int64() }, eventTime: "at", tieBreak: "id" },
    ...(engine === "lake" ? { engine, path: "facts/*.parquet" } : { table: "facts" }),
    history: "events",
    columns,
  });
  const scores = featureView({
    ...{ name: `${prefix}scores`, version: 1, entity: track, from: facts },
    ttl: days(5),
    features: (row) => ({
      plays: count(),
      level: avg(row.value),
      total: sum(row.value).over(hours(30)),
      highest: max(row.value),
      title: latest(row.title),
      rank: latest(row.rank.int32()),
    }),
  });
  const titles = featureView({
    ...{ name: `${prefix}titles`, version: 1, entity: track, from: facts },
    features: (row) => ({ plain: latest(row.title).where(row.value.gt(0)), middle: percentile(row.value, 0.5) }),
  });
  return { scores, titles };
}

const postgres = viewsOf("postgres");
const lake = viewsOf("lake");
const features = ["scores.plays", "scores.level", "scores.total", "scores.highest", "scores.title", "scores.rank"];
const others = ["titles.plain", "titles.middle"];
const onLake = (names: readonly string[]) => names.map((name) => `lake_${name}`);

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`PostgreSQL and DuckDB on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let folder: string;
    let settings: EngineSettings;
    let engine: Engine;
    let sets: TestTrainingSets;

    beforeAll(async () => {
      opened = await target.openMigrated();
      folder = await mkdtemp(join(tmpdir(), "featstore-lake-"));
      settings = {
        ...{ kind: "duckdb", url: null, extensions: null, s3: { endpoint: null, region: null } },
        ...{ memoryMb: 512, threads: 2, roots: [join(folder, "root")], staging: join(folder, "staging") },
      };
      await mkdir(join(folder, "root", "facts"), { recursive: true });
      engine = createEngine(opened.database, { engines: { lake: settings } });
      await prepare(
        opened.database,
        "create table facts (id bigint primary key, track_id bigint, title text, value float8, rank text, at timestamptz)",
      );
      await replaceFacts([]);
      const definitions = [...Object.values(postgres), ...Object.values(lake)].map(({ ir }) => ir);
      await applyDefinitions(opened.database, { featureViews: definitions, featureServices: [] }, engine);
      sets = await openTrainingSets(opened.database, { engine });
    });
    afterAll(async () => {
      await sets?.close();
      await opened?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    async function replaceFacts(facts: readonly Omit<Fact, "id">[]): Promise<void> {
      const rows = JSON.stringify(facts.map((fact, id) => ({ id, ...fact })));
      await opened.database.script("truncate facts");
      await opened.database.query({
        text: "insert into facts select * from jsonb_populate_recordset(null::facts, $1::text::jsonb)",
        parameters: [rows],
      });
      const file = join(folder, "root", "facts", "part.parquet");
      const shape = `[{"id":"BIGINT","track_id":"BIGINT","title":"VARCHAR","value":"DOUBLE","rank":"VARCHAR","at":"VARCHAR"}]`;
      await withDuckdb(openEngine("lake", settings), {}, (duckdb) =>
        duckdb.run(
          `copy (select fact.* replace (cast(fact."at" as timestamptz) as "at") from (select unnest(from_json(cast($1 as varchar), '${shape}')) as fact)) to '${file}' (format parquet)`,
          { parameters: [rows] },
        ),
      );
    }

    async function make(names: readonly string[], spine: readonly object[]) {
      return sets.make({
        features: names,
        spine: rowsSpine(spine),
        labels: [{ feature: names[0] ?? "", horizon: "1d", name: "later" }],
        labelColumn: "label",
        allowLeakage: "this is a test",
        split: { by: "hash", parts: { train: 0.5, test: 0.5 } },
      });
    }

    test("give equal training sets", { timeout: 600_000 }, async () => {
      const strategies = new Set<string>();
      await fc.assert(
        fc.asyncProperty(anyFacts, anySpine, async (facts, spine) => {
          await replaceFacts(facts);
          const [expected, found] = [
            await make([...features, ...others], spine),
            await make(onLake([...features, ...others]), spine),
          ];
          for (const { plan } of found.manifest.views) strategies.add(plan);
          expect(comparable(found.manifest)).toEqual(comparable(expected.manifest));
          expect(valuesOf(found.text)).toEqual(valuesOf(expected.text));
          expect(found.manifest.sources).toMatchObject([{ engine: "lake", files: { count: 1 } }]);
          const mixed = await make([...onLake(features), ...others], spine);
          expect(valuesOf(mixed.text)).toEqual(valuesOf(expected.text));
          expect(comparable(mixed.manifest).views).toEqual(comparable(expected.manifest).views);
        }),
        { numRuns: runs + 1, examples: [[crowd, crowdSpine]] },
      );
      expect([...strategies].sort()).toEqual(["join", "running"]);
      expect(await readdir(join(folder, "staging", "spines")).catch(() => [])).toEqual([]);
    });

    test("leave no copies of spines, also not those of a process that was killed", async () => {
      const copies = join(folder, "staging", "spines");
      const spine = [{ track_id: 1, as_of: "2026-01-02T00:00:00Z", label: 1 }];
      const { id } = await make(onLake(features), spine);
      expect(await readdir(copies)).toEqual([]);
      // The second belongs to another database that has the same folder.
      for (const left of [id, "zzzzzzzzzzzzzzzz"]) await mkdir(join(copies, left));
      await make(features, spine);
      expect(await readdir(copies)).toEqual(["zzzzzzzzzzzzzzzz"]);
      await rm(join(copies, "zzzzzzzzzzzzzzzz"), { recursive: true });
    });

    test("give equal rows as of times", { timeout: 600_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyFacts, anySpine, async (facts, spine) => {
          await replaceFacts(facts);
          const rows = spine.map(({ track_id, as_of }) => ({
            ...{ tenant: "", key: [String(track_id)], asOf: BigInt(Date.parse(as_of)) * 1000n },
          }));
          const known = async ({ ir }: { readonly ir: FeatureView }) => [
            await engine.rowsAsOf(ir, rows),
            await engine.magnitudesAsOf(ir, rows),
          ];
          expect(await known(lake.scores)).toEqual(await known(postgres.scores));
          expect(await engine.writtenBefore(lake.scores.ir, rows, { transaction: "1", snapshot: null })).toBeNull();
        }),
        { numRuns: runs },
      );
    });
  });
}

/** The parts of a manifest that do not name the engine or the bytes. */
function comparable({ views, labels, leakage, split, unparsed, columns, spine }: TrainingManifest) {
  const text = JSON.stringify({ views, labels, leakage, split, unparsed, columns, spine }, (name, value) =>
    name === "meaning_hash" ? undefined : (value as unknown),
  );
  return JSON.parse(text.replaceAll("lake_", "")) as Pick<TrainingManifest, "views">;
}

function valuesOf(lines: string): readonly unknown[] {
  return lines
    .replaceAll("lake_", "")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}
