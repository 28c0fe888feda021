import { createHash, createHmac } from "node:crypto";
import { count, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { compileView, type FeatureView, postgresDialect } from "@featstore/definitions/compiler";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAuditStore } from "../../src/audit/audit-store";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { createErasureStore, type ErasureStore } from "../../src/erasure/erasure-store";
import { backfill } from "../../src/materialization/backfill";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, prepare, someone, viewChange } from "../registry/fixture";

const TABLES = `
create table songs (id bigint primary key, title text);
insert into songs select i, 'song ' || i from generate_series(1, 5) as i;
create table plays (id bigint primary key, shop text, artist text, song bigint, at timestamptz);
insert into plays select i, case when i % 2 = 0 then 'acme' else 'other' end, 'AC/DC, "live"', i % 3, timestamptz '2026-01-01Z' + i * interval '1 hour'
  from generate_series(1, 12) as i`;

const songs = source({
  name: "songs",
  table: "songs",
  key: { song_id: int64().from("id") },
  history: "current",
  columns: { title: string().nullable() },
});
const song = entity({ name: "song", key: { song_id: int64() }, from: songs });
const titles = featureView({
  name: "titles",
  version: 1,
  entity: song,
  from: songs,
  features: (row) => ({ title: latest(row.title).maxNullFraction(0.5) }),
});
const cast = featureView({
  name: "numbers",
  version: 1,
  entity: song,
  from: songs,
  features: (row) => ({ number: latest(row.title.int64()) }),
});
const plays = source({
  name: "plays",
  table: "plays",
  key: { artist: string(), song: int64() },
  tenant: "shop",
  eventTime: "at",
  tieBreak: "id",
  history: "events",
  columns: {},
});
const listening = featureView({
  name: "listening",
  version: 1,
  entity: entity({ name: "play", key: { artist: string(), song: int64() } }),
  from: plays,
  features: () => ({ plays: count() }),
});
const artist = 'AC/DC, "live"';

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`erasing on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let store: ErasureStore;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, TABLES);
      store = createErasureStore(opened.database);
    });
    afterEach(() => opened?.drop());

    const registry = () => createRegistryStore(opened.database);
    const apply = async (...views: readonly FeatureView[]): Promise<void> => {
      for (const view of views) {
        const { revision } = await registry().snapshot();
        await registry().apply(
          changeOf({ revision, featureViews: [viewChange(view, compileView(postgresDialect, view))] }),
        );
      }
    };
    const run = async (mode: "full" | "incremental", views?: readonly string[]) => {
      const offline = createRunLog(opened.database);
      const dependencies = {
        registry: registry(),
        offline,
        engine: createEngine(opened.database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
      return (await materialize(dependencies, { mode, ...(views === undefined ? {} : { views }) })).views;
    };
    const script = (text: string) => opened.database.script(text);
    const query = (text: string) => opened.database.query({ text });
    const requests = async (name: string, key: readonly string[], tenant: string | null = null) => ({
      ...{ entity: name, key, tenant, actor: "tester", message: null, holder: await thisProcess() },
      datasets: [],
    });
    /** Uses the database's secret, which is stored as the two initial blocks of an HMAC. */
    const hmacOf = async (text: string): Promise<string> => {
      const [row] = await query("select encode(inner_block, 'hex') as block from featstore.erasure_secret");
      const secret = Buffer.from(String(row?.block), "hex").map((byte) => byte ^ 0x36);
      return createHmac("sha256", secret).update(createHash("sha256").update(text).digest()).digest("hex");
    };
    /** Every row of the schema `features` as text, except those of the SQL views. */
    const everything = async (): Promise<string> => {
      const tables = await query(
        "select relname as name from pg_class where relnamespace = 'features'::regnamespace and relkind in ('r', 'v')",
      );
      const rows = await Promise.all(
        tables.map(({ name }) => query(`select '${name}' as relation, r::text as text from features."${name}" as r`)),
      );
      return JSON.stringify(rows.flat());
    };

    test("removes the key's rows from every generation and from the history of rows, and counts the remaining rows", async () => {
      await apply(titles.ir);
      await run("full");
      await script("update songs set title = 'secret' where id = 4; update songs set title = null where id = 3");
      await run("incremental");
      await script("update songs set title = 'secret too' where id = 4");
      await run("full");
      expect(await everything()).toContain("secret");
      const preview = await store.preview(await requests("song", ["4"]));
      expect(preview).toMatchObject({ revision: null, views: [{ view: "titles", version: 1, rows: 3, history: 2 }] });
      expect(await everything()).toContain("secret");
      const report = await store.erase(await requests("song", ["4"]));
      expect(report).toEqual({ ...preview, revision: expect.any(Number) });
      expect(await everything()).not.toMatch(/secret|song 4|\(,4,/);
      const counts = await query(
        "select generation, rows::text as rows, nulls::text as nulls from featstore.generations where state = 'published' order by 1",
      );
      expect(counts).toEqual([
        { generation: 2, rows: "4", nulls: '{"title": 1}' },
        { generation: 3, rows: "4", nulls: '{"title": 1}' },
      ]);
      // The next incremental run starts from there.
      await script("delete from songs where id = 4; update songs set title = 'x' where id = 1");
      expect(await run("incremental")).toMatchObject([{ kind: "incremental", recomputed: 1, rows: 4 }]);
      await script("insert into songs values (4, 'back')");
      expect(await run("incremental")).toMatchObject([{ kind: "incremental", rows: 5 }]);
    });

    test("records the erasure in the history without the key, and corrects the row counts of the views", async () => {
      await apply(titles.ir);
      await run("full");
      const before = (await registry().snapshot()).revision;
      const { revision, keyDigest } = await store.erase({ ...(await requests("song", ["4"])), message: "asked for" });
      expect(keyDigest).toBe(await hmacOf('["4"]'));
      expect((await store.preview(await requests("song", ["4"]))).keyDigest).toBe(keyDigest);
      const [event] = await registry().history({ name: "titles" });
      expect(event).toMatchObject({
        ...{ kind: "erase", actor: "tester", message: "asked for", revision },
        changes: [
          { definition: "feature_view", name: "titles", version: 1, entity: "song", keyHmac: keyDigest, rows: 1 },
        ],
      });
      const snapshot = await registry().snapshot();
      expect(snapshot.revision).toBe(before + 1);
      expect(snapshot.featureViews.get("titles")?.versions.get(1)).toMatchObject({ erasures: 1, served: { rows: 4 } });
      expect(await query("select * from featstore.leases")).toEqual([]);
    });

    test("separates tenants, and treats parts of a key that look like SQL as text", async () => {
      await apply(listening.ir);
      await run("full");
      const rows = () => query("select _tenant as tenant, song::text as song from features.listening_v1 order by 1, 2");
      expect(await rows()).toHaveLength(6);
      expect(await store.erase(await requests("play", [artist, "1"], "acme"))).toMatchObject({ views: [{ rows: 1 }] });
      expect(await rows()).toEqual([
        ...["0", "2"].map((each) => ({ tenant: "acme", song: each })),
        ...["0", "1", "2"].map((each) => ({ tenant: "other", song: each })),
      ]);
      expect(await store.erase(await requests("play", ["AC/DC' or 'a' = 'a", "1"]))).toMatchObject({
        views: [{ rows: 0 }],
      });
      expect(await store.erase(await requests("play", [artist, "2"]))).toMatchObject({ views: [{ rows: 2 }] });
      expect(await rows()).toHaveLength(3);
    });

    test("keeps a key that an incremental run recomputed for the remaining tenants, and removes it with the last", async () => {
      await apply(listening.ir);
      await run("full");
      await script("insert into plays select 12 + id, shop, artist, song, at from plays where song = 1");
      expect(await run("incremental")).toMatchObject([{ kind: "incremental", recomputed: 1 }]);
      const rows = () =>
        query("select _tenant as tenant, plays::text as plays from features.listening_v1 where song = 1 order by 1");
      expect(await rows()).toEqual(["acme", "other"].map((tenant) => ({ tenant, plays: "4" })));
      const changes = () => query("select song::text as song from features.listening_v1_g1_changes");
      await store.erase(await requests("play", [artist, "1"], "acme"));
      expect([await rows(), await changes()]).toEqual([[{ tenant: "other", plays: "4" }], [{ song: "1" }]]);
      await store.erase(await requests("play", [artist, "1"], "other"));
      expect([await rows(), await changes()]).toEqual([[], []]);
    });

    test("keeps shared rows when a tenant erases", async () => {
      await apply(titles.ir);
      await run("full");
      const report = await store.erase(await requests("song", ["4"], "acme"));
      expect(report.views).toEqual([{ view: "titles", version: 1, rows: 0, history: 0, skipped: "shared" }]);
      expect(await everything()).toContain("song 4");
    });

    test("searches broken tables, and tables from before incremental runs", async () => {
      await apply(titles.ir);
      await run("full");
      await script("update songs set title = null where id < 4");
      expect(await run("full")).toMatchObject([{ state: "failed" }]);
      // A table of its own, as generations had before.
      await script(`create table features.titles_v1_g9 as select * from features.titles_v1_g1;
        insert into featstore.runs (view, version, generation, state, holder, as_of, started_at) values ('titles', 1, 9, 'published', '{}', now(), now());
        insert into featstore.generations (view, version, generation, run_id, state, as_of, table_name, rows)
          select 'titles', 1, 9, max(run_id), 'published', now(), 'titles_v1_g9', 5 from featstore.runs`);
      expect(await store.erase(await requests("song", ["1"]))).toMatchObject({ views: [{ rows: 3 }] });
      expect(await everything()).not.toContain("song 1");
      const rows = await query("select rows::text as rows from featstore.generations order by generation");
      expect(rows).toEqual([{ rows: "4" }, { rows: "4" }, { rows: "4" }]);
    });

    test("removes the key from the reports of runs", async () => {
      await apply(titles.ir, cast.ir);
      await script("update songs set title = null where id < 4");
      await run("full");
      const reported = async () => {
        const rows = await query(
          "select coalesce(unparsed::text, '') || coalesce(broken_contracts::text, '') || coalesce(failure_message, '') as text from featstore.runs",
        );
        return rows.map(({ text }) => text).join("\n");
      };
      await script("update songs set title = 'not a number' where id < 4");
      await run("full", ["numbers"]);
      expect(await reported()).toMatch(/"song_id": 2\D/);
      expect(await reported()).toMatch(/song_id 2\D/);
      const report = await store.erase(await requests("song", ["2"]));
      expect(report.runs).toBe(2);
      expect(await reported()).not.toMatch(/song_id"?:? 2\D/);
      expect(await reported()).toMatch(/"song_id": 1\D.*"song_id": 3\D/);
      expect(await store.erase(await requests("song", ["2"]))).toMatchObject({ runs: 0 });
    });

    test("removes sampled responses, also those that are written later", async () => {
      await apply(titles.ir);
      await run("full");
      const audit = createAuditStore(opened.database);
      const answer = (key: string, generation: number) => ({
        ...{
          view: "titles",
          version: 1,
          generation,
          entity: "song",
          tenant: "",
          key: [key],
          status: "complete" as const,
        },
        ...{ values: "{}", servedAt: 1_767_225_600_000_000n, keyId: null },
      });
      const keep = (...answers: readonly ReturnType<typeof answer>[]) =>
        audit.save(answers, { rows: 100, days: 100_000 });
      await keep(answer("2", 1), answer("3", 1));
      expect(await store.erase(await requests("song", ["2"]))).toMatchObject({ answers: 1 });
      await keep(answer("2", 1), answer("2", 2), answer("3", 1));
      const stored = await query(
        "select entity_key::text as key, generation from featstore.answers order by answer_id",
      );
      expect(stored).toEqual([
        { key: '["3"]', generation: 1 },
        { key: '["2"]', generation: 2 },
        { key: '["3"]', generation: 1 },
      ]);
    });

    test("does not disturb a run or a search for changes in progress", async () => {
      await apply(titles.ir);
      const offline = createRunLog(opened.database);
      const begun = await offline.beginRun({ view: "titles", version: 1, holder: someone, asOf: null });
      await expect(store.erase(await requests("song", ["4"]))).rejects.toMatchObject({ code: "run_in_progress" });
      expect(await store.preview(await requests("song", ["4"]))).toMatchObject({ views: [{ rows: 0 }] });
      await offline.failRun(begun, { code: "internal", message: "test" });
      await opened.database.query({
        text: "select featstore.find_changes($1::text::jsonb, null, '[]')",
        parameters: [JSON.stringify(someone)],
      });
      await expect(store.erase(await requests("song", ["4"]))).rejects.toMatchObject({ code: "changes_in_progress" });
    });

    test.skipIf(target.kind === "pglite")("makes a starting run wait for an erasure", async () => {
      await apply(titles.ir);
      await run("full");
      const client = postgres(opened.directUrl ?? "", { max: 1, onnotice: () => undefined });
      try {
        const request = JSON.stringify({ ...(await requests("song", ["4"])), dryRun: false });
        const offline = createRunLog(opened.database);
        let begun: Promise<unknown> | undefined;
        await client.begin(async (transaction) => {
          await transaction`select featstore.erase(${request}::text::jsonb)`;
          begun = offline.beginRun({ view: "titles", version: 1, holder: someone, asOf: null });
          const waiting = `select count(*)::integer as locks from pg_locks where not granted and locktype = 'transactionid'
            and pid in (select pid from pg_stat_activity where datname = current_database())`;
          await expect.poll(() => query(waiting)).toEqual([{ locks: 1 }]);
        });
        await expect(begun).resolves.toMatchObject({ generation: 2 });
      } finally {
        await client.end();
      }
    });

    test("abandons an interrupted backfill, because it stores keys", async () => {
      await apply(titles.ir);
      const offline = createRunLog(opened.database);
      const dependencies = {
        ...{ registry: registry(), offline, engine: createEngine(opened.database) },
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
      const stopping = new AbortController();
      const cut = await backfill(dependencies, {
        ...{ view: "titles@1", chunkEntities: 2, signal: stopping.signal },
        onProgress: ({ chunk }) => {
          if (chunk?.done === 1) stopping.abort();
        },
      });
      expect(cut.view.state).toBe("interrupted");
      await store.erase(await requests("song", ["4"]));
      const left = await query(
        "select relname from pg_class where relnamespace = 'features'::regnamespace and relkind = 'r'",
      );
      expect(left).toEqual([]);
      const runs = await query("select state, failure_code as code from featstore.runs");
      expect(runs).toEqual([{ state: "abandoned", code: "erased" }]);
    });

    test("refuses unknown entities, and keys with other parts", async () => {
      await apply(titles.ir);
      await expect(store.erase(await requests("artist", ["4"]))).rejects.toMatchObject({ code: "entity_not_applied" });
      await expect(store.erase(await requests("song", ["4", "5"]))).rejects.toMatchObject({
        code: "key_has_other_parts",
      });
    });
  });
}
