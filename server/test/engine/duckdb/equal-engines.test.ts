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
import { auditAnswers } from "../../../src/audit/audit";
import { createAuditStore, type StoredAnswer } from "../../../src/audit/audit-store";
import { spineSource } from "../../../src/cli/training-set/spine-source";
import { createParquetThread } from "../../../src/columnar/parquet/parquet-thread";
import type { EngineSettings } from "../../../src/core/index";
import { isSurelyDead, thisProcess } from "../../../src/database/lease-holder";
import { openEngine, withDuckdb } from "../../../src/engine/duckdb/process/index";
import { createEngine, type Engine, storedRowsOf, viewQuery } from "../../../src/engine/index";
import { materialize } from "../../../src/materialization/materialize";
import { createRunLog } from "../../../src/materialization/run-log";
import { createRunStore } from "../../../src/materialization/runs/run-store";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { createPostgresOnlineStore } from "../../../src/serving/online-store/postgres-online-store";
import type { TrainingManifest } from "../../../src/training-sets/output/training-manifest";
import { defaultSpineLimits } from "../../../src/training-sets/spine/spine-limits";
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
const dayAt = (day: number) => new Date(START + day * 86_400_000).toISOString();
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
  // Updated in place, so the past is what the store has kept.
  const songs = featureView({
    ...{ name: `${prefix}songs`, version: 1, entity: track },
    from: source({
      ...{ name: `${prefix}songs`, key: { track_id: int64() }, eventTime: "changed_at", history: "current" },
      ...(engine === "lake" ? { engine, path: "songs.parquet" } : { table: "songs" }),
      columns: { title: string().nullable() },
    }),
    features: (row) => ({ name: latest(row.title) }),
  });
  return { scores, titles, songs };
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
        ...{ kind: "duckdb", url: null, results: null, extensions: null, s3: { endpoint: null, region: null } },
        ...{ memoryMb: 512, threads: 2, roots: [join(folder, "root")], staging: join(folder, "staging") },
      };
      await mkdir(join(folder, "root", "facts"), { recursive: true });
      engine = createEngine(opened.database, { engines: { lake: settings } });
      await prepare(
        opened.database,
        `create table facts (id bigint primary key, track_id bigint, title text, value float8, rank text, at timestamptz);
         create table songs (track_id bigint primary key, title text, changed_at timestamptz)`,
      );
      await replaceFacts([]);
      await replaceSongs(0);
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
      const shape = {
        id: "BIGINT",
        track_id: "BIGINT",
        title: "VARCHAR",
        value: "DOUBLE",
        rank: "VARCHAR",
        at: "TIMESTAMPTZ",
      };
      await replace(
        "facts",
        "facts/part.parquet",
        shape,
        facts.map((fact, id) => ({ id, ...fact })),
      );
    }

    async function replaceSongs(day: number): Promise<void> {
      const shape = { track_id: "BIGINT", title: "VARCHAR", changed_at: "TIMESTAMPTZ" };
      const rows = [1, 2, 3 + day].map((id) => ({
        track_id: id,
        title: `song ${id} of day ${day}`,
        changed_at: dayAt(day),
      }));
      await replace("songs", "songs.parquet", shape, rows);
    }

    /** Replaces the rows of a table and those of a Parquet file. */
    async function replace(table: string, path: string, shape: object, rows: readonly object[]): Promise<void> {
      const text = JSON.stringify(rows);
      await opened.database.script(`truncate ${table}`);
      await opened.database.query({
        text: `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::text::jsonb)`,
        parameters: [text],
      });
      await writeParquet(path, shape, rows);
    }

    async function writeParquet(path: string, shape: object, rows: readonly object[]): Promise<void> {
      const file = join(folder, "root", path);
      await withDuckdb(openEngine("lake", settings), {}, (duckdb) =>
        duckdb.run(
          `copy (select unnest(each) from (select unnest(from_json(cast($1 as varchar), '${JSON.stringify([shape])}')) as each)) to '${file}' (format parquet)`,
          { parameters: [JSON.stringify(rows)] },
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

    test("give equal training sets of more spine rows than DuckDB joins at once", { timeout: 600_000 }, async () => {
      await replaceFacts(crowd.slice(0, 3));
      const memoryMb = 128;
      const rows = memoryMb * 200 + 1;
      const small = createEngine(opened.database, { engines: { lake: { ...settings, memoryMb } } });
      const large = await openTrainingSets(opened.database, { engine: small, maxRows: rows });
      const spine = Array.from({ length: rows }, (_, row) => ({ ...crowdSpine[row % crowdSpine.length], label: row }));
      const request = (names: readonly string[]) => ({
        features: names,
        spine: rowsSpine(spine),
        labels: [{ feature: names[0] ?? "", horizon: "1d", name: "later" }],
      });
      try {
        const expected = await large.make(request(features));
        const found = await large.make(request(onLake(features)));
        expect(found.manifest.result.rows).toBe(rows);
        expect(valuesOf(found.text)).toEqual(valuesOf(expected.text));
      } finally {
        await large.close();
      }
    });

    test("record the files of a run as apply and training sets see them", async () => {
      await replaceFacts(crowd);
      const { relation } = lake.scores.ir.source;
      if (relation.kind !== "files") throw new Error("no files");
      const registry = createRegistryStore(opened.database);
      const dependencies = {
        ...{ registry, engine, offline: createRunLog(opened.database) },
        ...{ holder: await thisProcess(), isDead: isSurelyDead },
      };
      const { views } = await materialize(dependencies, { views: ["lake_scores"] });
      expect(views).toMatchObject([{ state: "published" }]);
      const [described] = (await engine.describe([relation])).relations;
      const seen = described?.state === "found" ? described.files : undefined;
      const [listed] = await createRunStore(opened.database).list({ view: "lake_scores", limit: 1 });
      expect(listed?.readFiles).toEqual({
        ...seen,
        engine: "lake",
        files: [{ path: "facts/part.parquet", bytes: seen?.bytes, changed_at: expect.stringMatching(/^2.*T.*Z$/) }],
      });
      const { manifest } = await make(onLake(features), [{ track_id: 1, as_of: dayAt(1), label: 0 }]);
      expect(manifest.sources).toMatchObject([{ files: seen }]);
    });

    test("read the past of a source that keeps none from what the store has kept", async () => {
      const registry = createRegistryStore(opened.database);
      const dependencies = {
        ...{ registry, engine, offline: createRunLog(opened.database) },
        ...{ holder: await thisProcess(), isDead: isSurelyDead },
      };
      for (const day of [1, 3]) {
        await replaceSongs(day);
        const asOf = BigInt(Date.parse(dayAt(day))) * 1000n + 1n;
        const { views } = await materialize(dependencies, { views: ["songs", "lake_songs"], asOf });
        expect(views).toMatchObject([{ state: "published" }, { state: "published" }]);
      }
      const spine = [0, 2, 4].flatMap((day) =>
        [1, 4, 6].map((id) => ({ track_id: id, as_of: dayAt(day), label: day, note: "plain" })),
      );
      const expected = await make([...features, "songs.name"], spine);
      const found = await make(onLake([...features, "songs.name"]), spine);
      expect(valuesOf(found.text)).toEqual(valuesOf(expected.text));
      expect(valuesOf(found.text)).toContainEqual(expect.objectContaining({ "songs.name": "song 1 of day 1" }));
      expect(comparable(found.manifest)).toEqual(comparable(expected.manifest));
      const rows = spine.map(rowOf);
      const { featureViews } = await registry.snapshot();
      const known = async (name: string) => {
        const registered = featureViews.get(name)?.versions.get(1);
        if (registered === undefined) throw new Error("The view is registered");
        return engine.rowsAsOf(registered.view, rows, {}, storedRowsOf(registered));
      };
      expect(await known("lake_songs")).toEqual(await known("songs"));
    });

    test("audit what was served of a view of either engine, and leave undetermined why files differ", async () => {
      await replaceFacts(crowd);
      const registry = createRegistryStore(opened.database);
      const dependencies = {
        ...{ registry, engine, offline: createRunLog(opened.database) },
        ...{ holder: await thisProcess(), isDead: isSurelyDead },
      };
      const asOf = BigInt(Date.parse(dayAt(3))) * 1000n;
      const answers: StoredAnswer[] = [];
      for (const { ir } of [postgres.scores, lake.scores]) {
        const { views } = await materialize(dependencies, { views: [ir.name], asOf });
        const [row] = await engine.rowsAsOf(ir, [{ tenant: "", key: ["1"], asOf }]);
        const values = [...(row?.values ?? [])].map(([name, text]) => `${JSON.stringify(name)}:${text}`);
        answers.push({
          ...{
            view: ir.name,
            version: 1,
            generation: views[0]?.generation ?? 0,
            entity: "track",
            tenant: "",
            key: ["1"],
          },
          ...{ status: "complete", values: `{${values.join(",")}}`, servedAt: asOf, keyId: null },
        });
      }
      const audited = async () => {
        const audit = {
          ...createAuditStore(opened.database),
          answers: async () => answers,
          computedAnswers: async () => [],
        };
        const tables = createPostgresOnlineStore(opened.database);
        const filter = { view: null, version: null, service: null, since: null, limit: 10 };
        const { views } = await auditAnswers({ audit, engine, tables }, await registry.snapshot(), filter, {
          deadlineMs: 60_000,
        });
        return views.map(({ view, features: found }) => [
          view,
          [
            ...new Set(
              found.flatMap(({ differences }) =>
                Object.entries(differences).flatMap(([name, count]) => (count > 0 ? name : [])),
              ),
            ),
          ],
        ]);
      };
      expect(await audited()).toEqual([
        ["lake_scores", []],
        ["scores", []],
      ]);
      await replaceFacts(crowd.map((fact) => ({ ...fact, value: fact.value + 1 })));
      expect(await audited()).toEqual([
        ["lake_scores", ["undetermined"]],
        ["scores", ["source_changed"]],
      ]);
    });

    test("compare two versions of a view alike", async () => {
      await replaceFacts(crowd);
      const compared = async (
        { ir: after }: { readonly ir: FeatureView },
        { ir: before }: { readonly ir: FeatureView },
      ) => {
        const { text: sql, parameters } = viewQuery(before, undefined);
        const { entities } = await engine.compare({ view: before, sql, parameters }, after, { size: 10, known: 2 });
        return entities;
      };
      const expected = await compared(postgres.scores, postgres.titles);
      expect(await compared(lake.scores, lake.titles)).toEqual(expected);
      expect(expected).toMatchObject([{ key: ["", "1"], before: [expect.anything(), expect.anything()] }]);
    });

    test("take a spine from files below the engine's roots, and from no others", async () => {
      await replaceFacts(crowd);
      const shape = { track_id: "BIGINT", as_of: "TIMESTAMPTZ", label: "DOUBLE", note: "VARCHAR" };
      const rows = [0, 2].map((day) => ({ track_id: 1, as_of: dayAt(day), label: day / 4, note: 'a "note"\n' }));
      await writeParquet("spine.parquet", shape, rows);
      const reading = {
        limits: defaultSpineLimits,
        parquet: createParquetThread({ memoryMb: 64 }),
        engines: { lake: {} },
      };
      const open = (path: string) =>
        spineSource({ spine: `lake:${path}` }, engine, reading, {
          workingFolder: folder,
          signal: new AbortController().signal,
        });
      const named = await sets.make({ features, spine: await open("*.parquet"), labelColumn: "label" }).catch(String);
      // The pattern matches the songs, too, whose columns are others.
      expect(named).toContain("songs.parquet");
      const found = await sets.make({ features, spine: await open("spine.parquet"), labelColumn: "label" });
      const expected = await sets.make({ features, spine: rowsSpine(rows), labelColumn: "label" });
      expect(valuesOf(found.text)).toEqual(valuesOf(expected.text));
      for (const path of ["../staging/x.parquet", "/etc/passwd"])
        await expect(sets.make({ features, spine: await open(path) })).rejects.toMatchObject({
          code: "path_outside_roots",
        });
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
          const rows = spine.map(rowOf);
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

function rowOf({ track_id, as_of }: { readonly track_id: number; readonly as_of: string }) {
  return { tenant: "", key: [String(track_id)], asOf: BigInt(Date.parse(as_of)) * 1000n };
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
