import { mkdir, mkdtemp, readdir, realpath, rm, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { compileView, dialects, type FeatureView, type PlainRelation } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { spineSource } from "../../../src/cli/training-set/spine-source";
import { createParquetThread } from "../../../src/columnar/parquet/parquet-thread";
import type { EngineSettings } from "../../../src/core/index";
import { isSurelyDead, thisProcess } from "../../../src/database/lease-holder";
import { createEngine, type Engine } from "../../../src/engine/index";
import type { MaterializeDependencies } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import { createRunLog } from "../../../src/materialization/run-log";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { defaultSpineLimits } from "../../../src/training-sets/spine/spine-limits";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, viewChange } from "../../registry/fixture";
import { openTrainingSets, rowsSpine, type TestTrainingSets } from "../../training-sets/support";
import { withWriter } from "./support/lake";
import { testExtensions } from "./support/test-engine";

/** Stands for what lies outside of the roots: no message and no table may contain it. */
const SECRET = "geheim-4711";
const OUTSIDE = "path_outside_roots";
const REFUSED = "engine_query_refused";

interface Attempt {
  /** Texts may contain FOLDER, the folder above the root `lake`. A path without an engine is the lake's. */
  readonly path?: string;
  readonly query?: string;
  readonly spine?: string;
  readonly engine?: "bucket";
  readonly code: string;
  /** A link that is made after `apply`: its name in the root, and its target. */
  readonly link?: readonly [name: string, target: string];
}

/** The rows outside have the columns of the source, so only the refusal keeps them out. */
const attempts: readonly Attempt[] = [
  { path: "FOLDER/outside/b.parquet", code: OUTSIDE },
  { path: "FOLDER/lake-evil/c.parquet", code: OUTSIDE },
  { path: "FOLDER/lake/../outside/b.parquet", code: OUTSIDE },
  { path: "../outside/b.parquet", code: OUTSIDE },
  { path: "plays/../../outside/b.parquet", code: OUTSIDE },
  { path: "plays\\..\\..\\outside/b.parquet", code: OUTSIDE },
  { path: "{plays,..}/outside/b.parquet", code: OUTSIDE },
  { path: "FOLDER/*/b.parquet", code: OUTSIDE },
  { path: "FOLDER/**/b.parquet", code: OUTSIDE },
  { path: "FOLDER/lake*/c.parquet", code: OUTSIDE },
  // A pattern never matches `..`.
  { path: "[./][./]/outside/b.parquet", code: "engine_source_failed" },
  { path: "~/b.parquet", code: OUTSIDE },
  { path: "file:FOLDER/outside/b.parquet", code: OUTSIDE },
  { path: "http://127.0.0.1:PORT/b.parquet", code: OUTSIDE },
  { path: "s3://music/lake/b.parquet", code: OUTSIDE },
  { path: "/proc/self/environ", code: OUTSIDE },
  // Links that `apply` could not see.
  { path: "link.parquet", link: ["link.parquet", "FOLDER/outside/b.parquet"], code: OUTSIDE },
  { path: "chain.parquet", link: ["chain.parquet", "FOLDER/lake/link.parquet"], code: OUTSIDE },
  { path: "folder/b.parquet", link: ["folder", "FOLDER/outside"], code: OUTSIDE },
  { path: "folder/*.parquet", code: OUTSIDE },
  { path: "fold*/b.parquet", code: OUTSIDE },
  { path: "plays/relative/b.parquet", link: ["plays/relative", "../../outside"], code: OUTSIDE },
  { path: "l?nk.parquet", code: OUTSIDE },
  { path: "mixed/*.parquet", link: ["mixed/b.parquet", "FOLDER/outside/b.parquet"], code: OUTSIDE },
  { path: "circle.parquet", link: ["circle.parquet", "circle.parquet"], code: "engine_source_failed" },
  { query: "from 'FOLDER/outside/b.parquet'", code: OUTSIDE },
  { query: "select * from read_parquet(['plays/a.parquet', 'link.parquet'])", code: OUTSIDE },
  { query: "select * from read_parquet('plays/../../outside/b.parquet')", code: OUTSIDE },
  { query: "select * from read_parquet('plays/../' || '../outside/b.parquet')", code: REFUSED },
  { query: "select 1 as song_id, now() as at, content as note from read_blob('/etc/passwd')", code: REFUSED },
  { query: "select 1 as song_id, now() as at, file as note from glob('FOLDER/**')", code: REFUSED },
  { query: "select 1 as song_id, now() as at, getenv('HOME') as note", code: REFUSED },
  { query: "select 1 as song_id, now() as at, value as note from duckdb_settings()", code: REFUSED },
  { query: "select * from query('from ''FOLDER/outside/b.parquet''')", code: REFUSED },
  { query: "from 's3://music/lake/b.parquet?s3_endpoint=127.0.0.1:PORT'", engine: "bucket", code: OUTSIDE },
  { path: "s3://music/lake/../b.parquet", engine: "bucket", code: OUTSIDE },
  { path: "s3://music/lake/%2e%2E/b.parquet", engine: "bucket", code: OUTSIDE },
  { path: "s3://music/lake/a%2F..%2Fb.parquet", engine: "bucket", code: OUTSIDE },
  { path: "s3://music/lake/./../b.parquet", engine: "bucket", code: OUTSIDE },
  { path: "s3://music/lake/*/../../b.parquet", engine: "bucket", code: OUTSIDE },
  { path: "s3://music/lake/b.parquet?s3_endpoint=127.0.0.1:PORT&s3_use_ssl=false", engine: "bucket", code: OUTSIDE },
  { path: "s3://music/lake/b.parquet#x", engine: "bucket", code: OUTSIDE },
  { path: "s3://music/lake-evil/b.parquet", engine: "bucket", code: OUTSIDE },
  { path: "s3://evil/lake/b.parquet", engine: "bucket", code: OUTSIDE },
  { spine: "lake:FOLDER/outside/b.parquet", code: OUTSIDE },
  { spine: "lake:../outside/b.parquet", code: OUTSIDE },
  { spine: "lake:link.parquet", code: OUTSIDE },
  { spine: "lake:l?nk.parquet", code: OUTSIDE },
  { spine: "lake:folder/*.parquet", code: OUTSIDE },
  { spine: "bucket:s3://music/lake/../b.parquet", code: OUTSIDE },
  { spine: "bucket:s3://music/lake/b.parquet?s3_endpoint=127.0.0.1:PORT", code: OUTSIDE },
];

const song = entity({ name: "song", key: { song_id: int64() } });

/** A view over a relation, as a process that does not check it would apply it. */
function viewOver(name: string, relation: PlainRelation): FeatureView {
  const plays = source({
    ...{ name: "plays", engine: "lake", path: "plays/a.parquet", key: { song_id: int64() }, eventTime: "at" },
    ...{ history: "events", columns: { note: string() } },
  });
  const { ir } = featureView({
    ...{ name, version: 1, entity: song, from: plays },
    features: (row) => ({ plays: count(), note: latest(row.note) }),
  });
  return { ...ir, source: { ...ir.source, relation } };
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip || testExtensions() === undefined)("attempts to read outside of the roots", () => {
    let opened: OpenTestDatabase;
    let folder: string;
    let engine: Engine;
    let dependencies: MaterializeDependencies;
    let sets: TestTrainingSets;
    /** Stands for the S3 server and for the host that an attempt names; it counts who connects. */
    let host: Server;
    let connections = 0;

    const settingsOf = (name: string, more: Partial<EngineSettings>): EngineSettings => ({
      ...{ kind: "duckdb", url: null, results: null, extensions: null, s3: { endpoint: null, region: null } },
      ...{ memoryMb: 512, threads: 1, roots: [join(folder, "lake")], staging: join(folder, "staging", name) },
      ...more,
    });
    const port = () => String((host.address() as { port: number }).port);
    const at = (text: string) => text.replaceAll("FOLDER", folder).replaceAll("PORT", port());
    const relationOf = ({ path, query, engine: own }: Attempt): PlainRelation => {
      const name = own ?? "lake";
      if (path !== undefined) return { kind: "files", engine: name, path: at(path) };
      return { kind: "query", engine: name, text: at(query ?? "") };
    };
    const onViews = attempts.flatMap((attempt, index) =>
      attempt.spine === undefined ? [{ attempt, name: `view_${index}` }] : [],
    );

    beforeAll(async () => {
      opened = await target.openMigrated();
      folder = await realpath(await mkdtemp(join(tmpdir(), "featstore-escape-")));
      host = createServer((socket) => {
        connections += 1;
        socket.destroy();
      });
      await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
      for (const name of ["lake/plays", "lake/mixed", "lake-evil", "outside"])
        await mkdir(join(folder, name), { recursive: true });
      await withWriter(async (run) => {
        const write = (file: string, note: string) =>
          run(`copy (select 1::bigint as song_id, timestamptz '2026-01-01 00:00:00+00' as at, '${note}' as note)
            to '${join(folder, file)}' (format parquet)`);
        for (const file of ["lake/plays/a.parquet", "lake/mixed/a.parquet"]) await write(file, "inside");
        for (const file of ["outside/b.parquet", "lake-evil/c.parquet"]) await write(file, SECRET);
      });
      const s3 = { endpoint: `http://127.0.0.1:${port()}`, region: "us-east-1" };
      const engines = {
        lake: settingsOf("lake", {}),
        bucket: settingsOf("bucket", { roots: ["s3://music/lake"], extensions: testExtensions() ?? null, s3 }),
      };
      engine = createEngine(opened.database, { engines });
      await prepare(opened.database, "");
      const registry = createRegistryStore(opened.database);
      const harmless = viewOver("harmless", { kind: "files", engine: "lake", path: "plays/a.parquet" });
      const views = [harmless, ...onViews.map(({ attempt, name }) => viewOver(name, relationOf(attempt)))];
      const featureViews = views.map((view) => viewChange(view, compileView(dialects.duckdb, view)));
      await registry.apply(changeOf({ featureViews }));
      for (const { link } of attempts)
        if (link !== undefined) {
          const path = join(folder, "lake", link[0]);
          await mkdir(dirname(path), { recursive: true });
          await symlink(at(link[1]), path);
        }
      const offline = createRunLog(opened.database);
      dependencies = { registry, engine, offline, holder: await thisProcess(), isDead: isSurelyDead };
      sets = await openTrainingSets(opened.database, { engine });
    });
    beforeEach(() => {
      vi.stubEnv("AWS_ACCESS_KEY_ID", "nobody");
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", SECRET);
    });
    afterAll(async () => {
      await sets?.close();
      host?.close();
      await opened?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    const spineRows = () => rowsSpine([{ song_id: 1, as_of: "2026-02-01T00:00:00Z" }]);
    const run = async (view: string) => (await materialize(dependencies, { views: [view] })).views[0];
    /** The code of a refusal, whose message shows nothing of what lies outside. */
    const refusal = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => new Error("allowed"),
        (each: Error & { code?: string }) => each,
      );
      expect(`${error} ${JSON.stringify(error)}`).not.toContain(SECRET);
      return "code" in error ? error.code : error.message;
    };
    const staged = async () =>
      (await readdir(join(folder, "staging"), { recursive: true })).filter((path) => /\.|run\d|spines\/./.test(path));

    test("none of them is in vain for lack of rows: a path below the root is read", { timeout: 60_000 }, async () => {
      expect(await run("harmless")).toMatchObject({ state: "published", rows: 1 });
      const { text } = await sets.make({ features: ["harmless.note"], spine: spineRows() });
      expect(text).toContain("inside");
    });

    test("a run refuses each with its code and leaves nothing", { timeout: 600_000 }, async () => {
      const found: Record<string, unknown> = {};
      for (const { attempt, name } of onViews) {
        const view = await run(name);
        expect(JSON.stringify(view, (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
          SECRET,
        );
        found[attempt.path ?? attempt.query ?? ""] = view?.state === "failed" ? view.failure?.code : view?.state;
      }
      expect(found).toEqual(
        Object.fromEntries(onViews.map(({ attempt }) => [attempt.path ?? attempt.query, attempt.code])),
      );
      expect(await staged()).toEqual([]);
      expect(connections).toBe(0);
    });

    test("a changed statement or definition is refused by a run, a comparison, a replay and an estimate", {
      timeout: 60_000,
    }, async () => {
      const view = viewOver("changed", { kind: "files", engine: "lake", path: "plays/a.parquet" });
      const compiled = compileView(dialects.duckdb, view);
      const sql = compiled.text.replace("plays/a.parquet", join(folder, "outside/b.parquet"));
      expect(sql).not.toBe(compiled.text);
      const registry = createRegistryStore(opened.database);
      const { revision } = await registry.snapshot();
      await registry.apply(changeOf({ revision, featureViews: [viewChange(view, { ...compiled, text: sql })] }));
      expect(await run("changed")).toMatchObject({ state: "failed", failure: { code: OUTSIDE } });
      const before = { view, sql, parameters: compiled.parameters };
      expect(await refusal(engine.compare(before, view, { size: 1, known: 1 }))).toBe(OUTSIDE);
      const hostile = viewOver("hostile", { kind: "files", engine: "lake", path: "../outside/b.parquet" });
      const rows = [{ tenant: "", key: ["1"], asOf: BigInt(Date.UTC(2026, 5)) * 1000n }];
      expect(await refusal(engine.rowsAsOf(hostile, rows))).toBe(OUTSIDE);
      expect(await engine.estimate(hostile)).toMatchObject({ state: "refused" });
    });

    test("a training set refuses each with its code and leaves nothing", { timeout: 600_000 }, async () => {
      const reading = {
        ...{
          limits: defaultSpineLimits,
          parquet: createParquetThread({ memoryMb: 64 }),
          engines: { lake: {}, bucket: {} },
        },
      };
      const io = { workingFolder: folder, signal: new AbortController().signal };
      // Joins and runs open sources by one function, so some of the attempts on sources are enough.
      const chosen = [...attempts.entries()].filter(([index, { spine }]) => spine !== undefined || index % 4 === 0);
      const found: (readonly unknown[])[] = [];
      for (const [index, attempt] of chosen) {
        const spine =
          attempt.spine === undefined
            ? spineRows()
            : await spineSource({ spine: at(attempt.spine) }, engine, reading, io);
        const feature = attempt.spine === undefined ? `view_${index}.note` : "harmless.note";
        found.push([attempt, await refusal(sets.make({ features: [feature], spine }))]);
      }
      expect(found).toEqual(chosen.map(([, attempt]) => [attempt, attempt.code]));
      expect(await staged()).toEqual([]);
      expect((await sets.left()).tables).toEqual([]);
      expect(connections).toBe(0);
    });
  });
}
