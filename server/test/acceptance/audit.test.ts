import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Database } from "../../src/database/database";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { createEngine, withoutHistory } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type Serving, startServing } from "./serving";

// Answers are compared with generations and definitions: an untouched store has no differences, and each kind of fault or
// change is classified.

const definitions = `import { avg, count, days, entity, featureView, float64, int64, latest, source, string, sum, timestamp } from "@featstore/definitions";
const common = {
  table: "listens", key: { song_id: int64() }, eventTime: { column: "at", zone: "UTC" }, tieBreak: "id", history: "events",
  columns: { seconds: float64().nullable(), device: string().nullable(), at: timestamp({ zone: "UTC" }) },
} as const;
export const listens = source({ name: "listens", ...common });
export const own = source({ name: "own_listens", tenant: "tenant_id", ...common });
export const songs = source({
  name: "songs", table: "songs", key: { song_id: int64().from("id") }, eventTime: { column: "at", zone: "UTC" },
  history: "current", columns: { title: string().nullable(), maker: string().nullable().static() },
});
export const seen = source({ name: "seen_listens", ...common, table: "seen" });
export const song = entity({ name: "song", key: { song_id: int64() }, from: songs });
export const listening = featureView({
  name: "listening", version: 1, entity: song, from: listens, owner: "me", description: "Listening", ttl: days(10000),
  freshness: days(1),
  features: (l) => ({
    listens: count().describe("Listens"),
    balance: sum(l.seconds).describe("Seconds"),
    mean: avg(l.seconds).describe("Mean seconds"),
    device: latest(l.device).describe("Last device"),
  }),
});
export const recent = featureView({
  name: "recent", version: 1, entity: song, from: listens, owner: "me", description: "Expired by now", ttl: days(30),
  features: (l) => ({
    device: latest(l.device).describe("Last device").default("none"),
    listens: count().describe("Listens"),
    at: latest(l.at).describe("Last time").default("2000-01-01T00:00:00Z"),
  }),
});
export const card = featureView({
  name: "card", version: 1, entity: song, from: songs, owner: "me", description: "Songs",
  features: (s) => ({ title: latest(s.title).describe("Title"), maker: latest(s.maker).describe("Maker") }),
});
export const secret = featureView({
  name: "secret", version: 1, entity: song, from: listens, owner: "me", description: "Personal",
  features: (l) => ({ device: latest(l.device).describe("Last device").pii() }),
});
export const ownListening = featureView({
  name: "own_listening", version: 1, entity: song, from: own, owner: "me", description: "Listening of a tenant",
  features: (l) => ({ device: latest(l.device).describe("Last device"), listens: count().describe("Listens") }),
});
export const seenListening = featureView({
  name: "seen_listening", version: 1, entity: song, from: seen, owner: "me", description: "Listening through a SQL view",
  features: (l) => ({ device: latest(l.device).describe("Last device") }),
});
`;

const tables = `
create table songs (id integer primary key, title text, maker text, at timestamp not null);
insert into songs select i, 'song ' || i, 'maker ' || i % 7, '2026-01-01' from generate_series(1, 60) as i;
create table listens (id integer primary key, tenant_id text, song_id integer, seconds float8, device text, at timestamp not null);
insert into listens
  select i, case when i / 50 % 2 = 1 then 'acme' else 'other' end, i % 50 + 1, (i % 13 - 6) * 0.1 + 1e6 * (i % 2 * 2 - 1),
    case i % 4 when 0 then null when 1 then 'web' else 'phone' end, '2026-01-01'::timestamp + i * interval '1 minute'
  from generate_series(1, 400) as i;
create view seen as select * from listens`;

interface AuditDocument {
  readonly answers: number;
  readonly faults: number;
  readonly views: readonly {
    readonly view: string;
    readonly answers: number;
    readonly generation_gone: number;
    readonly replay_failure: string | null;
    readonly staleness_seconds: Readonly<Record<string, number | null>>;
    readonly features: readonly (Readonly<Record<string, unknown>> & {
      readonly feature: string;
      readonly examples: readonly Readonly<Record<string, unknown>>[];
    })[];
  }[];
}

const CLASSES = ["store_error", "late_row", "source_changed", "unexplained", "undetermined"];

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`audit on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    let database: Database;
    let serving: Serving;
    const keys = new Map<string, string>();

    beforeAll(async () => {
      opened = target.kind === "pglite" ? undefined : await target.open();
      project = await createCliProject({
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        FEATSTORE_AUDIT_ONE_IN: "1",
        ...(opened === undefined ? {} : { DATABASE_URL: opened.url }),
      });
      await project.write({ "definitions/index.ts": definitions });
      serving = await startServing({ environment: project.environment, folder: project.folder });
      database = serving.deps.database;
      await database.script(tables);
      for (const tenant of ["", "acme", "other"]) {
        const { document } = await project.json(
          ...["keys", "create", "--name", "test", ...(tenant === "" ? [] : [`--tenant=${tenant}`])],
        );
        keys.set(tenant, (document as { key: string }).key);
      }
      for (const command of ["apply", "materialize"]) {
        const { code, stdout, stderr } = await project.run(command);
        expect(code, stdout + stderr).toBe(0);
      }
      await serving.deps.registry.refresh();
    });
    afterAll(async () => {
      await serving?.close();
      await opened?.drop();
      await project?.remove();
    });

    const forget = async () => {
      await serving.deps.answerSampler?.flush();
      await database.query({ text: "delete from featstore.answers" });
    };
    beforeEach(forget);

    const audit = async (...line: string[]) => {
      await serving.deps.answerSampler?.flush();
      const { code, document } = await project.json("audit", ...line);
      return { code, reported: document as AuditDocument };
    };
    /** Lists differences as `view.feature class count`. */
    const differences = ({ views }: AuditDocument) =>
      views.flatMap(({ view, features }) =>
        features.flatMap((feature) =>
          CLASSES.flatMap((name) =>
            feature[name] === 0 ? [] : [`${view}.${feature.feature} ${name} ${String(feature[name])}`],
          ),
        ),
      );
    const read = async (ids: readonly number[], views: string, tenant = "") => {
      const features = views.split(",");
      const key = keys.get(tenant) ?? "";
      const answer = await serving.post("/api/features/batch", key, { entity: "song", ids, features });
      expect(answer.status).toBe(200);
      for (const id of ids) {
        const single = await serving.get(`/api/features/${id}?entity=song&features=${views}`, key);
        expect(single.status).toBe(200);
      }
    };
    const shared = "listening,card,seen_listening,recent";
    const generationOf = async (view: string) => {
      const [row] = await database.query<{ table: string }>({
        text: "select table_name as table from featstore.generations where view = $1::text order by generation desc limit 1",
        parameters: [view],
      });
      return `features."${row?.table}"`;
    };

    test("an untouched store has no differences, stores nothing personal, and does not replay sources without history", async () => {
      await read([1, 2, 3, 55, 999], `${shared},secret`);
      for (const tenant of ["acme", "other"]) await read([1, 2, 55], "own_listening", tenant);
      const { code, reported } = await audit();
      expect(differences(reported)).toEqual([]);
      expect(code).toBe(0);
      expect(reported.faults).toBe(0);
      expect(reported.views.map(({ view }) => view)).toEqual([
        "card",
        "listening",
        "own_listening",
        "recent",
        "seen_listening",
      ]);
      const replayed = Object.fromEntries(
        reported.views.flatMap(({ view, features }) =>
          features.map((each) => [`${view}.${each.feature}`, each.replayed]),
        ),
      );
      const card = (await createRegistryStore(database).snapshot()).featureViews.get("card")?.versions.get(1);
      const isUnreported = card !== undefined && withoutHistory(card.view).has("title");
      expect(replayed).toMatchObject({
        "card.title": !isUnreported,
        "card.maker": true,
        "listening.balance": true,
        "own_listening.device": true,
      });
      const stored = await database.query({ text: "select distinct tenant, key_id from featstore.answers order by 1" });
      expect(stored.map(({ tenant }) => tenant)).toEqual(["", "acme", "other"]);
      for (const { key_id: id } of stored)
        expect([...keys.values()].some((key) => key.includes(String(id)))).toBe(true);
      const { stdout } = await project.run("audit");
      expect(/not replayed: .*history/.test(stdout)).toBe(isUnreported);
    });

    test("a value that is not in its generation is a store error", async () => {
      await forget();
      const table = await generationOf("listening");
      await database.script(`update ${table} set device = 'wrong', balance = balance + 1 where song_id = 3`);
      const { environment, folder } = project;
      const corrupted = await startServing({ environment, folder, database });
      await database.script(
        `update ${table} set device = right_one.device, balance = balance - 1
           from (select device from listens where song_id = 3 order by at desc, id desc limit 1) as right_one where song_id = 3`,
      );
      for (const id of [3, 4]) {
        await corrupted.get(`/api/features/${id}?entity=song&features=${shared}`, keys.get("") ?? "");
      }
      await corrupted.close();
      const { code, reported } = await audit("--view", "listening");
      expect(code).toBe(1);
      expect(differences(reported)).toEqual(["listening.balance store_error 1", "listening.device store_error 1"]);
      expect(reported.views[0]?.features.find(({ feature }) => feature === "device")?.examples).toMatchObject([
        { class: "store_error", key: { song_id: "3" }, response: "wrong", stored: expect.not.stringMatching("wrong") },
      ]);
    });

    test("finds a generation that was edited before or after a read", async () => {
      const table = await generationOf("listening");
      await read([5], "listening");
      await database.script(`update ${table} set device = 'after' where song_id = 5`);
      expect(differences((await audit()).reported)).toEqual(["listening.device store_error 2"]);
      await forget();

      const { environment, folder } = project;
      const reading = { ...environment, FEATSTORE_ONLINE_STORE: "postgres" };
      const edited = await startServing({ environment: reading, folder, database });
      await edited.get("/api/features/5?entity=song&features=listening", keys.get("") ?? "");
      await edited.close();
      const { code, reported } = await audit();
      expect(differences(reported)).toEqual(["listening.device unexplained 1"]);
      expect(code).toBe(1);
      const { stdout } = await project.run("audit");
      expect(stdout).toMatch(/device of song_id 5, generation 1, .*"after"/);
      expect(stdout).toMatch(/^1 /m);
    });

    test("distinguishes changed and late source rows, by tenant", async () => {
      for (const id of [10, 11, 12]) await read([id], `${shared},secret`);
      for (const tenant of ["acme", "other"]) for (const id of [10, 11]) await read([id], "own_listening", tenant);
      const lastOf = (song: number) => `(select max(id) from listens where song_id = ${song} and tenant_id = 'acme')`;
      await database.script(`
        update listens set device = 'television' where id = ${lastOf(10)};
        insert into listens values (1001, 'acme', 11, 30, 'radio', '2026-01-01 00:00:00');
        insert into listens values (1002, 'acme', 12, 30, 'radio', now() at time zone 'UTC' + interval '1 day')`);
      const { code, reported } = await audit();
      const found = differences(reported);
      expect(code, JSON.stringify(reported)).toBe(0);
      expect(found.filter((each) => each.startsWith("listening."))).toEqual([
        "listening.balance late_row 2",
        "listening.device source_changed 2",
        "listening.listens late_row 2",
        "listening.mean late_row 2",
      ]);
      expect(found.filter((each) => each.startsWith("own_"))).toEqual([
        "own_listening.device source_changed 2",
        "own_listening.listens late_row 2",
      ]);
      // Rows of a SQL view do not tell when they were written.
      expect(found.filter((each) => each.startsWith("seen_"))).toEqual(["seen_listening.device undetermined 2"]);
      const examples = reported.views
        .find(({ view }) => view === "own_listening")
        ?.features.flatMap((each) => each.examples);
      expect(new Set(examples?.map(({ tenant }) => tenant))).toEqual(new Set(["acme"]));
    });

    test("reports the age of generations separately, and counts dropped ones", async () => {
      await read([20], "listening");
      for (const asOf of [["--as-of", "2026-01-02"], ["--as-of", "2026-01-03"], []]) {
        expect((await project.run("materialize", "listening", ...asOf)).code).toBe(0);
        await serving.deps.registry.refresh();
        if (asOf.length > 0) await read([20, 21], "listening");
      }
      await database.query({ text: "select featstore.sweep('{}')" });
      const { code, reported } = await audit("--view", "listening@1");
      const [view] = reported.views;
      // Two answers from the first generation, three from each of the next; the first two generations are dropped.
      expect([view?.answers, view?.generation_gone]).toEqual([8, 5]);
      expect(differences(reported)).toEqual([]);
      expect(code).toBe(0);
      expect(view?.staleness_seconds).toMatchObject({ promised: 86_400, stale: 6 });
      const since = new Date(Date.now() + 60_000).toISOString().slice(0, 19);
      expect((await audit("--since", `${since}Z`)).reported).toMatchObject({ answers: 0, views: [] });
      expect((await audit("--sample", "3")).reported.answers).toBe(3);
    });

    test("audits answers from an incremental generation", async () => {
      await database.script(
        "insert into listens select 2000 + i, 'acme', 1 + i % 5, 1, 'radio', now() at time zone 'UTC' from generate_series(1, 9) as i",
      );
      const { views } = await materialize(
        {
          registry: createRegistryStore(database),
          engine: createEngine(database),
          offline: createRunLog(database),
          holder: await thisProcess(),
          isDead: isSurelyDead,
        },
        { views: ["listening", "own_listening"], mode: "incremental" },
      );
      expect(views.map(({ kind, state }) => [kind, state])).toEqual([
        ["incremental", "published"],
        ["incremental", "published"],
      ]);
      await serving.deps.registry.refresh();
      for (const id of [1, 2, 25, 60, 99]) {
        await read([id], "listening");
        await read([id], "own_listening", "acme");
      }
      const { code, reported } = await audit();
      expect(differences(reported)).toEqual([]);
      expect([code, reported.faults, reported.views.map(({ generation_gone: gone }) => gone)]).toEqual([0, 0, [0, 0]]);
      await database.query({ text: "insert into listens values (3000, 'acme', 25, 1, 'radio', '2026-01-01')" });
      // Another open transaction on the server makes the watermark of an incremental run uncertain.
      const classes = target.kind === "pglite" ? "late_row" : "(late_row|source_changed)";
      expect(differences((await audit("--view", "own_listening")).reported)).toEqual([
        expect.stringMatching(`^own_listening.listens ${classes} 2$`),
      ]);
    });

    test("stores personal views if configured, and never shows their values", async () => {
      const { environment, folder } = project;
      const requests = { ...environment, FEATSTORE_AUDIT_PERSONAL: "true" };
      const personal = await startServing({ environment: requests, folder, database });
      await personal.get("/api/features/30?entity=song&features=secret", keys.get("") ?? "");
      await personal.close();
      await database.script(`update ${await generationOf("secret")} set device = 'hidden' where song_id = 30`);
      const { reported } = await audit();
      expect(differences(reported)).toEqual(["secret.device store_error 1"]);
      expect(JSON.stringify(reported)).not.toContain("hidden");
      expect(reported.views[0]?.features.find(({ feature }) => feature === "device")?.examples).toMatchObject([
        { response: null, stored: null, replayed: null },
      ]);
    });

    test.skipIf(target.kind === "pglite")("a row written before a run and committed after it is late", async () => {
      // A lock that another session holds keeps the writing transaction open.
      const holder = createPostgresDatabase({ url: opened?.url ?? "", poolSize: 1 });
      await holder.query({ text: "select pg_advisory_lock(42)::text" });
      const writing = database.script(
        "insert into listens values (5000, 'acme', 31, 1, 'radio', '2026-01-01'); select pg_advisory_xact_lock(42)",
      );
      await vi.waitFor(async () => {
        const waiting = { text: "select from pg_locks where locktype = 'advisory' and objid = 42 and not granted" };
        expect(await holder.query(waiting)).toHaveLength(1);
      });
      expect((await project.run("materialize", "listening")).code).toBe(0);
      await serving.deps.registry.refresh();
      await read([31], "listening");
      await holder.close();
      await writing;
      const { code, reported } = await audit("--view", "listening");
      expect(differences(reported)).toEqual([
        "listening.balance late_row 2",
        "listening.listens late_row 2",
        "listening.mean late_row 2",
      ]);
      expect(code).toBe(0);
    });

    test("reports answers that cannot be replayed, and still compares them with their generation", async () => {
      await read([40], "listening");
      await database.script(
        `alter table listens rename to moved; update ${await generationOf("listening")} set device = 'x' where song_id = 40`,
      );
      const { code, reported } = await audit();
      await database.script("alter table moved rename to listens");
      expect(code).toBe(1);
      expect(reported.views[0]?.replay_failure).toMatch(/listens/);
      expect(differences(reported)).toEqual(["listening.device store_error 2"]);
    });

    test("expects values to expire by the time of the answer", async () => {
      await database.query({
        text: "insert into listens values (4000, 'acme', 7, 1, 'radio', now() at time zone 'UTC')",
      });
      expect((await project.run("materialize", "recent")).code).toBe(0);
      await serving.deps.registry.refresh();
      const { environment, folder } = project;
      for (const days of [0, 20, 40]) {
        const clock = () => (Date.now() + days * 86_400_000) * 1000;
        const later = await startServing({ environment, folder, database, clock });
        const answer = await later.get("/api/features/7?entity=song&features=recent", keys.get("") ?? "");
        expect(answer.body).toMatchObject({ status: days === 40 ? "expired" : "complete" });
        await later.close();
      }
      const { code, reported } = await audit();
      expect(reported.answers).toBe(3);
      expect(reported.views[0]?.features.map(({ feature }) => feature)).toEqual(["_status", "at", "device", "listens"]);
      expect(differences(reported)).toEqual([]);
      expect(code).toBe(0);
    });

    test("rejects invalid options", async () => {
      expect(await project.run("audit", "--view", "nothing")).toMatchObject({
        stderr: expect.stringContaining("feature_view_not_found"),
      });
      expect(await project.run("audit", "--sample", "0")).toMatchObject({ code: 2 });
      expect((await project.run("audit")).stdout).toContain("audit.one_in");
    });
  });
}
