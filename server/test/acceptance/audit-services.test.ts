import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { type CliProject, createCliProject } from "../cli/cli";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type Serving, startServing } from "./serving";

// Features reached through a key and computed features are audited like stored ones.

const definitions = `import { count, entity, featureService, featureView, int64, latest, max, source, string, sum, timestamp, int32, date, when } from "@featstore/definitions";
const times = { eventTime: { column: "at", zone: "UTC" }, tieBreak: "id", history: "events" } as const;
export const songs = source({
  name: "songs", table: "songs", key: { song_id: int64() }, ...times,
  columns: { maker: string().nullable(), listener: string().nullable(), at: timestamp({ zone: "UTC" }) },
});
export const listens = source({
  name: "listens", table: "listens", key: { maker: string() }, ...times, columns: { seconds: int32(), at: timestamp({ zone: "UTC" }) },
});
export const ownListens = source({
  name: "own_listens", table: "listens", key: { maker: string() }, ...times, tenant: "tenant_id", columns: { seconds: int32() },
});
export const listeners = source({ name: "listeners", table: "listens", key: { listener: string() }, ...times, columns: { seconds: int32() } });
export const song = entity({ name: "song", key: { song_id: int64() } });
export const maker = entity({ name: "maker", key: { maker: string() } });
export const listener = entity({ name: "listener", key: { listener: string() } });
export const card = featureView({
  name: "card", version: 1, entity: song, from: songs, owner: "me", description: "Songs",
  features: (s) => ({ maker: latest(s.maker).default("nobody").describe("Maker"), songs: count().describe("Rows"), added: max(s.at).describe("Added") }),
});
export const fame = featureView({
  name: "fame", version: 1, entity: maker, from: listens, owner: "me", description: "Makers",
  features: (l) => ({ listens: count().describe("Listens"), seconds: sum(l.seconds).default(-1n).describe("Seconds"), last: max(l.at).describe("Last") }),
});
export const ownFame = featureView({
  name: "own_fame", version: 1, entity: maker, from: ownListens, owner: "me", description: "Makers, of a tenant",
  features: (l) => ({ listens: count().describe("Listens"), seconds: sum(l.seconds).describe("Seconds") }),
});
export const person = featureView({
  name: "person", version: 1, entity: song, from: songs, owner: "me", description: "Personal",
  features: (s) => ({ listener: latest(s.listener).pii().describe("Who asked for it") }),
});
export const habit = featureView({
  name: "habit", version: 1, entity: listener, from: listeners, owner: "me", description: "Of a person",
  features: (l) => ({ seconds: sum(l.seconds).describe("Seconds") }),
});
export const finder = featureService({
  name: "finder", version: 1, owner: "me", description: "Finds",
  // The key itself is not part of the answer.
  features: [card.pick("songs", "added"), fame.through(card.feature("maker")).all()],
  inputs: { today: date().nullable(), more: int64().nullable() },
  computed: ({ card, fame }, { today, more }, asOf) => ({
    idle: asOf.secondsSince(fame.last).default(-1).describe("Time since the last listen").unit("seconds"),
    share: fame.listens.dividedBy(card.songs).describe("Share"),
    is_old: asOf.secondsSince(card.added).gt(86400).describe("Whether it is old"),
    total: fame.seconds.plus(more).describe("Seconds and more"),
    age: today.daysSince(card.added.date()).describe("Age"),
    verdict: when(fame.listens.gt(50), "famous").otherwise("unknown").describe("Verdict"),
  }),
});
export const owner = featureService({
  name: "owner", version: 1, owner: "me", description: "Of a tenant",
  features: [card.pick("songs"), ownFame.through(card.feature("maker")).pick("listens", "seconds")],
  computed: ({ own_fame }) => ({ mean: own_fame.seconds.dividedBy(own_fame.listens).describe("Mean") }),
});
export const stalker = featureService({
  name: "stalker", version: 1, owner: "me", description: "Personal",
  features: [card.pick("songs"), habit.through(person.feature("listener")).all()],
  computed: ({ card, habit }) => ({
    twice: habit.seconds.times(2n).describe("Twice"),
    songs_2: card.songs.times(2).describe("Twice"),
  }),
});
`;

const tables = `
create table songs (id integer primary key, song_id integer, maker text, listener text, at timestamp not null);
insert into songs
  select i, i % 30 + 1, case when i % 6 > 0 then 'maker ' || i % 9 end, 'listener ' || i % 5, '2026-01-01'::timestamp + i * interval '1 hour'
  from generate_series(1, 60) as i;
create table listens (id integer primary key, tenant_id text, maker text, listener text, seconds integer not null, at timestamp not null);
insert into listens
  select i, case when i % 2 = 1 then 'acme' else 'other' end, 'maker ' || i % 7, 'listener ' || i % 4, i * i, '2026-01-01'::timestamp + i * interval '61.000001 minutes'
  from generate_series(1, 80) as i`;

interface Part {
  readonly answers: number;
  readonly generation_gone: number;
  readonly replay_failure: string | null;
  readonly features: readonly (Readonly<Record<string, unknown>> & {
    readonly feature: string;
    readonly examples: readonly Readonly<Record<string, unknown>>[];
  })[];
}
interface AuditDocument {
  readonly answers: number;
  readonly faults: number;
  readonly views: readonly (Part & { readonly view: string })[];
  readonly services: readonly (Part & { readonly service: string })[];
}

const CLASSES = ["store_error", "late_row", "source_changed", "unexplained", "undetermined"];
const IDS = [1, 2, 3, 4, 5, 6, 7, 12, 30, 999];

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`audit of services on ${target.name}`, () => {
    let opened: OpenTestDatabase | undefined;
    let project: CliProject;
    let database: Database;
    let serving: Serving;
    const keys = new Map<string, string>();
    let micros = 0;
    /** Never a whole millisecond. */
    const clock = () => {
      micros = (micros + 7) % 1000;
      return Date.now() * 1000 + micros;
    };

    beforeAll(async () => {
      opened = target.kind === "pglite" ? undefined : await target.open();
      project = await createCliProject({
        FEATSTORE_KEY_SECRET: "0123456789abcdef0123456789abcdef",
        FEATSTORE_AUDIT_ONE_IN: "1",
        ...(opened === undefined ? {} : { DATABASE_URL: opened.url }),
      });
      await project.write({ "definitions/index.ts": definitions });
      serving = await startServing({ environment: project.environment, folder: project.folder, clock });
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
      await database.script("delete from featstore.answers; delete from featstore.computed_answers");
    };
    beforeEach(forget);

    const audit = async (...line: string[]) => {
      await serving.deps.answerSampler?.flush();
      const { code, document } = await project.json("audit", ...line);
      return { code, reported: document as AuditDocument };
    };
    /** Lists differences as `part.feature class count`. */
    const differences = ({ views, services }: AuditDocument) =>
      [
        ...views.map((each) => ({ ...each, name: each.view })),
        ...services.map((each) => ({ ...each, name: each.service })),
      ].flatMap(({ name: part, features }) =>
        features.flatMap((feature) =>
          CLASSES.flatMap((name) =>
            feature[name] === 0 ? [] : [`${part}.${feature.feature} ${name} ${String(feature[name])}`],
          ),
        ),
      );
    /** Reads each id separately, twice, then all in one batch. */
    const read = async (service: string, ids: readonly number[], tenant = "", from = serving) => {
      const key = keys.get(tenant) ?? "";
      const inputs = service === "finder" ? { today: "2026-02-01", more: "9007199254740993" } : undefined;
      const query = inputs === undefined ? "" : `&inputs=${encodeURIComponent(JSON.stringify(inputs))}`;
      for (const id of ids) {
        for (let time = 0; time < 2; time++) {
          const single = await from.get(`/api/features/${id}?service=${service}${query}`, key);
          expect(single.status, JSON.stringify(single.body)).toBe(200);
        }
        const body = { service, ids: [id], ...(inputs === undefined ? {} : { inputs }) };
        expect((await from.post("/api/features/batch", key, body)).status).toBe(200);
      }
    };
    const serve = (environment: Readonly<Record<string, string>>) =>
      startServing({
        environment: { ...project.environment, ...environment },
        folder: project.folder,
        database,
        clock,
      });
    const tableOf = async (view: string) => {
      const [row] = await database.query<{ table: string }>({
        text: "select table_name as table from featstore.generations where view = $1::text order by generation desc limit 1",
        parameters: [view],
      });
      return `features."${row?.table}"`;
    };
    const partOf = (reported: AuditDocument, name: string) =>
      reported.views.find(({ view }) => view === name) ?? reported.services.find(({ service }) => service === name);
    const compared = (reported: AuditDocument, name: string) =>
      Object.fromEntries((partOf(reported, name)?.features ?? []).map(({ feature, answers }) => [feature, answers]));

    test("an untouched store has no differences at any time; answers with inputs are not stored", async () => {
      await read("finder", IDS);
      for (const tenant of ["acme", "other"]) await read("owner", IDS, tenant);
      const { code, reported } = await audit();
      expect(differences(reported)).toEqual([]);
      expect([code, reported.faults]).toEqual([0, 0]);
      expect(compared(reported, "finder")).toEqual({ idle: 30, is_old: 30, share: 30, verdict: 30 });
      expect(partOf(reported, "finder")?.features.map(({ replayed }) => replayed)).toEqual([true, true, true, true]);
      expect(compared(reported, "owner")).toEqual({ mean: 60 });
      // The answer does not contain the key, but the values behind it are known; the default key is `nobody`.
      expect(compared(reported, "card")).toMatchObject({ maker: 90, songs: 90 });
      expect(compared(reported, "fame")).toMatchObject({ listens: 30, seconds: 30 });
      const stored = await database.query({
        text: "select distinct entity_key #>> '{0}' as key from featstore.answers where entity = 'maker' order by 1",
      });
      expect(stored.map(({ key }) => key)).toContain("nobody");
      const tenants = await database.query({
        text: `select view, string_agg(distinct tenant, ',') as tenants from featstore.answers group by view
          union all select service, string_agg(distinct tenant, ',') from featstore.computed_answers group by service order by 1`,
      });
      expect(tenants).toEqual([
        { view: "card", tenants: "" },
        { view: "fame", tenants: "" },
        { view: "finder", tenants: "" },
        { view: "own_fame", tenants: "acme,other" },
        { view: "owner", tenants: "acme,other" },
      ]);
      expect(
        (await database.query({ text: "select distinct inputs::text from featstore.computed_answers" })).length,
      ).toBe(1);
      const { stdout } = await project.run("audit");
      expect(stdout).toMatch(/finder@1: 30 /);
      const alone = await audit("--service", "owner@1");
      expect([alone.reported.views, alone.reported.services.map(({ service }) => service)]).toEqual([[], ["owner"]]);
      expect((await audit("--view", "fame")).reported.services).toEqual([]);
    });

    test("stores inputs if configured, audits with them, and never shows them", async () => {
      const personal = await serve({ FEATSTORE_AUDIT_PERSONAL: "true" });
      await read("finder", IDS, "", personal);
      await read("stalker", IDS, "", personal);
      await personal.close();
      const { reported } = await audit();
      expect(differences(reported)).toEqual([]);
      expect(compared(reported, "finder")).toEqual({
        age: 30,
        idle: 30,
        is_old: 30,
        share: 30,
        total: 30,
        verdict: 30,
      });
      expect(compared(reported, "stalker")).toEqual({ songs_2: 30, twice: 30 });
      await database.script(
        `update featstore.computed_answers set answered = '{"total":"4","twice":"6","share":4}' where service in ('finder', 'stalker')`,
      );
      const { stdout } = await project.run("audit", "--json");
      expect(stdout).not.toContain("9007199254740993");
      const after = (await audit()).reported;
      expect(differences(after)).toEqual([
        ...["finder.share store_error 30", "finder.total store_error 30", "stalker.twice store_error 30"],
      ]);
      const exampleOf = (part: string, name: string) =>
        partOf(after, part)?.features.find(({ feature }) => feature === name)?.examples[0];
      expect(exampleOf("finder", "share")).toMatchObject({ response: 4 });
      for (const [part, name] of [
        ["finder", "total"],
        ["stalker", "twice"],
      ] as const)
        expect(exampleOf(part, name)).toMatchObject({ response: null, stored: null, replayed: null });
    });

    test("stores nothing that is reached through a personal key", async () => {
      await read("stalker", IDS);
      await serving.deps.answerSampler?.flush();
      const stored = await database.query({ text: "select distinct view from featstore.answers order by 1" });
      expect(stored).toEqual([{ view: "card" }]);
      const computed = await database.query({
        text: "select answered::text, witnesses::text from featstore.computed_answers",
      });
      expect(computed).toHaveLength(30);
      expect(JSON.stringify(computed)).not.toMatch(/twice|listener/);
    });

    test("finds a corrupted row of a joined view, in its own values and in computed ones", async () => {
      const table = await tableOf("fame");
      await database.script(
        `update ${table} set listens = listens + 100, seconds = seconds + 1 where maker = 'maker 5'`,
      );
      const corrupted = await serve({});
      await database.script(
        `update ${table} set listens = listens - 100, seconds = seconds - 1 where maker = 'maker 5'`,
      );
      await read("finder", IDS, "", corrupted);
      await corrupted.close();
      const { code, reported } = await audit();
      const found = differences(reported);
      expect(code).toBe(1);
      expect(found.map((each) => each.replace(/\d+$/, "n"))).toEqual([
        "fame.listens store_error n",
        "fame.seconds store_error n",
        "finder.share store_error n",
        "finder.verdict store_error n",
      ]);
      const examples = partOf(reported, "fame")?.features.find(({ feature }) => feature === "listens")?.examples;
      expect(new Set(examples?.map(({ key }) => JSON.stringify(key)))).toEqual(new Set(['{"maker":"maker 5"}']));
      const { stdout } = await project.run("audit", "--service", "finder");
      expect(stdout).toMatch(/verdict of song_id \d+, .*"famous"/);
    });

    test("finds a wrong key that is not part of the answer", async () => {
      const table = await tableOf("card");
      await database.script(`create table right_card as select * from ${table};
        update ${table} set maker = 'maker 3'`);
      const corrupted = await serve({});
      await database.script(
        `update ${table} as t set maker = r.maker from right_card as r where r.song_id = t.song_id; drop table right_card`,
      );
      await read("finder", [1, 2], "", corrupted);
      await corrupted.close();
      const found = differences((await audit()).reported);
      expect(found).toContain("card.maker store_error 6");
      expect(found.some((each) => each.startsWith("finder.share store_error"))).toBe(true);
      // The values found by the wrong key were correct for that key.
      expect(found.some((each) => each.startsWith("fame."))).toBe(false);
    });

    test("a joined view's generation that was edited before a read differs from its replay", async () => {
      const table = await tableOf("fame");
      await database.script(`create table right_fame as select * from ${table}; update ${table} set listens = 1`);
      const edited = await serve({ FEATSTORE_ONLINE_STORE: "postgres" });
      await read("finder", [1, 2, 3], "", edited);
      await edited.close();
      const { code, reported } = await audit();
      await database.script(
        `update ${table} as t set listens = r.listens from right_fame as r where r.maker = t.maker; drop table right_fame`,
      );
      // The computed values are correct for the table's values.
      expect(differences(reported).map((each) => each.replace(/\d+$/, "n"))).toEqual(["fame.listens unexplained n"]);
      expect(code).toBe(1);
    });

    test("finds a computed value that differs from its expression", async () => {
      await read("finder", [1]);
      await serving.deps.answerSampler?.flush();
      await database.script(
        `update featstore.computed_answers set answered = jsonb_set(answered::jsonb, '{idle}', to_jsonb((answered ->> 'idle')::float8 + 0.000001))::json`,
      );
      expect(differences((await audit()).reported)).toEqual(["finder.idle store_error 3"]);
    });

    test("tenants stay apart: another's values are a store error", async () => {
      for (const tenant of ["acme", "other"]) await read("owner", [1, 2, 3], tenant);
      await serving.deps.answerSampler?.flush();
      await database.script(`update featstore.computed_answers set tenant = 'other',
        witnesses = replace(witnesses::text, '"acme"', '"other"')::jsonb where tenant = 'acme' and entity_key = '["2"]'`);
      const { reported } = await audit();
      expect(differences(reported)).toEqual(["owner.mean store_error 3"]);
      const examples = partOf(reported, "owner")?.features.flatMap((each) => each.examples);
      expect(new Set(examples?.map(({ tenant }) => tenant))).toEqual(new Set(["other"]));
    });

    test("erasing a key removes values computed from its rows, including earlier samples", async () => {
      await read("finder", [1, 2, 3, 4]);
      const [other] = await database.query<{ key: string }>({
        text: `select value ->> 'maker' as key from (select to_jsonb(c) as value from ${await tableOf("card")} as c where song_id = 2) as r`,
      });
      await serving.deps.answerSampler?.flush();
      const left = async () =>
        (
          await database.query<{ key: string }>({
            text: "select distinct entity_key ->> 0 as key from featstore.computed_answers order by 1",
          })
        ).map(({ key }) => key);
      expect(await left()).toEqual(["1", "2", "3", "4"]);
      const erased = await project.run("erase", "maker", other?.key ?? "", "--yes");
      expect(erased.code, erased.stdout + erased.stderr).toBe(0);
      const after = await left();
      expect(after).not.toContain("2");
      expect((await project.run("erase", "song", "1", "--yes")).code).toBe(0);
      expect(await left()).not.toContain("1");
      expect(await project.run("audit")).toMatchObject({ code: 0 });
      // A server that does not know of the erasure yet.
      const store = serving.deps.answerSampler;
      await database.script("delete from featstore.computed_answers");
      await read("finder", [3]);
      expect((await project.run("erase", "song", "3", "--yes")).code).toBe(0);
      await store?.flush();
      expect(await left()).toEqual([]);
    });

    test("counts answers from dropped generations, and rejects invalid options", async () => {
      await read("finder", [4]);
      for (let time = 0; time < 3; time++) expect((await project.run("materialize", "fame")).code).toBe(0);
      await database.query({ text: "select featstore.sweep('{}')" });
      const { code, reported } = await audit();
      expect([code, partOf(reported, "finder")?.generation_gone]).toEqual([0, 3]);
      expect(await project.run("audit", "--service", "nothing")).toMatchObject({
        stderr: expect.stringContaining("feature_service_not_found"),
      });
      expect(await project.run("audit", "--service", "finder@7")).toMatchObject({
        stderr: expect.stringContaining("feature_service_version_not_found"),
      });
      expect(await project.run("audit", "--service", "finder", "--view", "fame")).toMatchObject({ code: 2 });
    });
  });
}
