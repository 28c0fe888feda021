import { entity, featureView, int64, max, source, string } from "@featstore/definitions";
import type { Definitions, FeatureView } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAuditStore } from "../../src/audit/audit-store";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { createErasureStore } from "../../src/erasure/erasure-store";
import { backfill } from "../../src/materialization/backfill";
import { sweep } from "../../src/materialization/janitor";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { plan } from "../../src/registry/plan/plan";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare, someone } from "./fixture";

const DAY = 86_400_000_000n;
const first = 1_767_225_600_000_000n; // 2026-01-01
const songs = source({
  name: "songs",
  table: "songs",
  key: { song_id: int64() },
  history: "current",
  columns: { title: string().nullable(), album: string().nullable() },
});
const song = entity({ name: "song", key: { song_id: int64() }, from: songs });
const view = (name: string, version: number, renamedFrom?: string): FeatureView =>
  featureView({
    name,
    version,
    entity: song,
    from: songs,
    ...(renamedFrom === undefined ? {} : { renamedFrom }),
    features: (row) => ({
      title: max(row.title).describe("Title"),
      ...(version === 1 ? {} : { album: max(row.album).describe("Album") }),
    }),
  }).ir;
const files = (...featureViews: readonly FeatureView[]): Definitions => ({ featureViews, featureServices: [] });

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`renaming a view on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let registry: ReturnType<typeof createRegistryStore>;
    let offline: ReturnType<typeof createRunLog>;

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(
        opened.database,
        `create table songs (song_id bigint primary key, title text, album text);
         insert into songs select i, 'song ' || i, 'album' from generate_series(1, 5) as i`,
      );
      registry = createRegistryStore(opened.database);
      offline = createRunLog(opened.database);
    });
    afterEach(() => opened?.drop());

    const rows = (text: string) => opened.database.query({ text });
    const applied = async (definitions: Definitions) => {
      const options = { appliedBy: "ada@laptop", message: "a better name" };
      const { plan: carriedOut } = await apply({ registry, catalog: null }, definitions, options);
      expect(carriedOut.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(carriedOut.outcome).toBe("changes");
    };
    const planned = (definitions: Definitions) => plan({ registry, catalog: null }, definitions);
    const codes = async (definitions: Definitions) =>
      (await planned(definitions)).diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
    const run = async (name: string, days: bigint, mode: "full" | "incremental" = "full") => {
      const dependencies = {
        registry,
        offline,
        engine: createEngine(opened.database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
      const { views } = await materialize(dependencies, { views: [name], mode, asOf: first + days * DAY });
      expect(views).toMatchObject([{ state: "published" }]);
    };
    const versions = async (name: string) => (await registry.snapshot()).featureViews.get(name);

    test("moves the served generations and all stored data in one statement without a run", async () => {
      await applied(files(view("titles", 1)));
      await run("titles", 0n);
      await opened.database.script("update songs set title = 'new 1' where song_id = 1");
      await run("titles", 1n, "incremental");
      await applied(files(view("titles", 1), view("titles", 2)));
      await run("titles@2", 1n);
      const retirement = { name: "titles", version: 1, actor: "ada", message: null };
      await registry.retire({ ...retirement, sunset: null, successor: "titles@2" });

      const files2 = files(view("names", 1), view("names", 2, "titles"));
      const plan = await planned(files2);
      expect(plan).toMatchObject({
        outcome: "changes",
        views: [
          { name: "names", version: 1, state: "metadata", renamedFrom: "titles" },
          {
            version: 2,
            state: "metadata",
            evolution: { class: "metadata", changes: [{ kind: "view_renamed" }] },
            sqlDiff: null,
          },
        ],
        absent: [],
      });
      const before = await versions("titles");
      await applied(files2);
      const after = await versions("names");
      expect(await versions("titles")).toBeUndefined();
      expect(after).toMatchObject({ promoted: 2, versions: { size: 2 } });
      expect(after?.versions.get(1)?.served).toEqual({
        ...before?.versions.get(1)?.served,
        table: "names_v1_g2",
        shared: { table: "names_v1_g1_rows", changes: 1 },
      });
      expect(after?.versions.get(1)?.retirement).toMatchObject({ successor: "names@2" });
      expect((await registry.snapshot()).formerNames?.get("titles")).toMatchObject({
        newName: "names",
        sunsetAt: null,
        state: "deprecated",
      });
      expect(await planned(files2)).toMatchObject({ outcome: "nothing", diagnostics: [] });
      expect(await rows("select count(*)::integer as n from featstore.runs")).toEqual([{ n: 3 }]);
      expect(await rows("select view, count(*)::integer as n from featstore.profiles group by view")).toEqual([
        { view: "names", n: 2 },
      ]);
      expect(await rows("select title from features.names_v1 where song_id = 1")).toEqual([{ title: "new 1" }]);
      expect(
        await rows(
          "select relname from pg_class where relnamespace = 'features'::regnamespace and relname ~ '^titles' and relkind in ('r', 'v')",
        ),
      ).toEqual([]);
      expect((await registry.history({ name: "names" })).map(({ kind }) => kind)).toContain("promote");
      const [renamed] = await registry.history({ name: "names", limit: 1 });
      expect(renamed).toMatchObject({
        kind: "apply",
        message: "a better name",
        changes: [{ name: "names", renamedFrom: "titles" }, { version: 2 }],
      });
    });

    test("continues runs, backfills, erasures, rollbacks and sweeps under the new name", async () => {
      await applied(files(view("titles", 1)));
      await run("titles", 0n);
      await applied(files(view("titles", 1), view("titles", 2)));
      await run("titles@2", 0n);
      await applied(files(view("names", 1, "titles"), view("names", 2, "titles")));

      await opened.database.script("update songs set title = 'newer' where song_id = 2");
      await run("names@1", 2n, "incremental");
      expect(await rows("select title, _present from features.names_v1_history")).toEqual([
        { title: "song 2", _present: true },
      ]);
      expect((await versions("names"))?.versions.get(1)?.served).toMatchObject({
        generation: 2,
        shared: { table: "names_v1_g1_rows" },
      });
      for (const days of [3n, 4n, 5n]) await run("names@1", days);
      await offline.sweep([]);
      expect(await rows("select to_regclass('features.names_v1_g1_rows') as gone")).toEqual([{ gone: null }]);

      const registered = (await versions("names"))?.versions.get(2);
      if (registered === undefined) throw new Error("expected names@2");
      const filled = await backfill(
        {
          registry,
          offline,
          engine: createEngine(opened.database),
          holder: await thisProcess(),
          isDead: isSurelyDead,
        },
        { view: "names@2", chunkEntities: 2 },
      );
      expect(filled).toMatchObject({ view: { state: "published", rows: 5 } });
      const kind = "feature_view" as const;
      expect(await registry.rollback({ kind, name: "names", actor: "ada", message: null })).toMatchObject({
        promoted: 1,
      });

      const audit = createAuditStore(opened.database);
      await audit.save(
        [
          {
            view: "titles",
            version: 1,
            generation: 5,
            entity: "song",
            tenant: "",
            key: ["3"],
            status: "complete",
            values: '{"title":"song 3"}',
            servedAt: BigInt(Date.now()) * 1000n,
            keyId: null,
          },
        ],
        { rows: 100, days: 30 },
      );
      expect(await rows("select view from featstore.answers")).toEqual([{ view: "names" }]);
      const erased = await createErasureStore(opened.database).erase({
        entity: "song",
        key: ["3"],
        tenant: null,
        actor: "ada",
        message: null,
        holder: someone,
        datasets: [],
      });
      expect(erased.views).toMatchObject([
        { view: "names", version: 1 },
        { view: "names", version: 2 },
      ]);
      expect(await rows("select song_id from features.names_v1 where song_id = 3")).toEqual([]);
      await offline.sweep([]);
    });

    test("abandons an interrupted backfill, and is refused while a run is in progress", async () => {
      await applied(files(view("titles", 1)));
      const busy = await offline.beginRun({ view: "titles", version: 1, holder: someone, asOf: null });
      await expect(applied(files(view("names", 1, "titles")))).rejects.toMatchObject({ code: "run_in_progress" });
      expect(await versions("names")).toBeUndefined();
      await offline.failRun(busy, { code: "statement_failed", message: "no" });

      const dependencies = {
        registry,
        offline,
        engine: createEngine(opened.database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
      const stop = new AbortController();
      const begun = backfill(dependencies, {
        view: "titles",
        chunkEntities: 2,
        onProgress: ({ rows }) => void (rows !== null && stop.abort()),
        signal: stop.signal,
      });
      await expect(begun).resolves.toMatchObject({ view: { state: "interrupted" } });
      await applied(files(view("names", 1, "titles")));
      await expect(offline.beginRun({ view: "titles", version: 1, holder: someone, asOf: null })).rejects.toMatchObject(
        {
          code: "view_not_applied",
        },
      );
      expect(await rows("select view, failure_code from featstore.runs where state = 'abandoned'")).toEqual([
        { view: "names", failure_code: "renamed" },
      ]);
      expect(await backfill(dependencies, { view: "names", chunkEntities: 2 })).toMatchObject({
        view: { state: "published", rows: 5 },
      });
    });

    test("a concurrent run finds the complete view under one of its names", async () => {
      await applied(files(view("titles", 1)));
      let name = "titles";
      for (let round = 0; round < 8; round += 1) {
        const other = name === "titles" ? "names" : "titles";
        const begin = () => offline.beginRun({ view: name, version: 1, holder: someone, asOf: null });
        const [renamed, begun] = await Promise.allSettled([applied(files(view(other, 1, name))), begin()]);
        const codes = [renamed, begun].flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []));
        expect([["run_in_progress"], ["view_not_applied"]]).toContainEqual(codes);
        if (begun.status === "fulfilled") await offline.failRun(begun.value, { code: "aborted", message: "enough" });
        else name = other;
      }
      await run(name, 0n);
    });

    test("reserves a former name, also after its end, and allows the view to take it back", async () => {
      await applied(files(view("titles", 1)));
      await run("titles", 0n);
      await applied(files(view("names", 1, "titles")));
      expect(await codes(files(view("titles", 1)))).toEqual(["name_moved"]);
      expect(await codes(files(view("names", 1, "titles"), view("titles", 1)))).toEqual([
        "former_name_declared",
        "name_moved",
      ]);

      await applied(files(view("labels", 1, "names")));
      expect(
        [...((await registry.snapshot()).formerNames ?? [])].map(([name, { newName }]) => [name, newName]),
      ).toEqual([
        ["names", "labels"],
        ["titles", "labels"],
      ]);
      await applied(files(view("titles", 1, "labels")));
      expect([...((await registry.snapshot()).formerNames?.keys() ?? [])]).toEqual(["labels", "names"]);
      expect((await registry.history({ name: "titles" })).length).toBeGreaterThanOrEqual(4);

      const end = (name: string) => registry.retireName({ name, actor: "ada", message: null, sunset: "now" });
      await end("names");
      await expect(end("names")).rejects.toMatchObject({ code: "name_retired" });
      const conflicting = files(view("titles", 1, "labels"), view("names", 1));
      expect(await codes(conflicting)).toEqual(["name_moved"]);
      await applied(files(view("others", 1)));
      expect(await codes(files(view("names", 1, "others")))).toEqual(["name_moved"]);
      await applied(files(view("names", 1, "titles")));
      await run("names", 1n);
      expect([...((await registry.snapshot()).formerNames?.keys() ?? [])]).toEqual(["labels", "titles"]);
    });

    test("the database reserves an ended former name too", async () => {
      await applied(files(view("titles", 1)));
      await run("titles", 0n);
      await applied(files(view("names", 1, "titles")));
      await registry.retireName({ name: "titles", actor: "ada", message: null, sunset: "now" });
      await applied(files(view("others", 1)));
      const { revision, formerNames: _, ...rest } = await registry.snapshot();
      const unaware = { snapshot: async () => ({ ...rest, revision }) };
      for (const renamed of [view("titles", 1), view("titles", 1, "others")]) {
        const { change } = await plan({ registry: unaware, catalog: null }, files(renamed));
        if (change === null) throw new Error("expected a planned change");
        const refused = registry.apply({ ...change, actor: "ada", message: null, promote: true });
        await expect(refused).rejects.toMatchObject({
          code: "name_moved",
          parameters: { name: "titles", newName: "names" },
        });
      }
      expect((await registry.snapshot()).revision).toBe(revision);
    });

    test("drops the SQL view of a version after its sunset; empties it when other SQL views read it", async () => {
      await applied(files(view("titles", 1)));
      await run("titles", 0n);
      await applied(files(view("titles", 1), view("titles", 2)));
      await run("titles@2", 0n);
      await applied(files(view("titles", 1), view("titles", 2), view("titles", 3)));
      await run("titles@3", 0n);
      await opened.database.script("create view reading as select * from features.titles_v2");
      for (const version of [1, 2]) {
        const ended = { name: "titles", version, actor: "ada", message: null, sunset: "now", successor: null } as const;
        await registry.retire(ended);
      }
      await sweep({ offline, engine: createEngine(opened.database), isDead: isSurelyDead });
      await sweep({ offline, engine: createEngine(opened.database), isDead: isSurelyDead });
      const left = await rows(
        "select relname from pg_class where relnamespace = 'features'::regnamespace and relkind = 'v' and relname like 'titles_v_' order by 1",
      );
      expect(left.map(({ relname }) => relname)).toEqual(["titles_v2", "titles_v3"]);
      expect(await rows("select * from reading")).toEqual([]);
    });

    test("reports views that are in the registry but not in the files, and does not change them", async () => {
      await applied(files(view("titles", 1)));
      await applied(files(view("titles", 2)));
      await applied(files(view("others", 1)));
      const { absent, outcome } = await planned(files(view("others", 1)));
      expect({ absent, outcome }).toEqual({ absent: [{ name: "titles", versions: [1, 2] }], outcome: "nothing" });
      expect(await codes(files(view("others", 1, "titles")))).toEqual(["name_taken"]);
    });
  });
}
