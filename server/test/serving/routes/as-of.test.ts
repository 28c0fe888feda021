import { count, days, entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { instantText } from "@featstore/definitions/compiler";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../../src/database/lease-holder";
import { createEngine, type Engine, EngineError } from "../../../src/engine/index";
import { materialize } from "../../../src/materialization/materialize";
import { createRunLog } from "../../../src/materialization/run-log";
import { createPointInTimeStore } from "../../../src/point-in-time/point-in-time-store";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { createPostgresOnlineStore } from "../../../src/serving/online-store/postgres-online-store";
import { createTestApp, withKey } from "../../helpers/test-app";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";
import { applyDefinitions, onlyViews } from "../../training-sets/support";

const HOUR = 3_600_000_000n;
const START = 1_767_225_600_000_000n; // 2026-01-01
const NOW = START + 200n * HOUR;

const TABLE = `
create table plays (id bigint primary key, track_id bigint, owner text, mood text, played_at timestamptz);
insert into plays select i, i % 5, case when i % 2 = 0 then 'acme' else 'zeta' end, 'mood ' || i,
  timestamptz '2026-01-01Z' + i * interval '1 hour' from generate_series(1, 100) as i`;

const track = entity({ name: "track", key: { track_id: int64() } });
const plays = {
  table: "plays",
  key: { track_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  history: "events",
  columns: { mood: string().nullable() },
} as const;
const moods = featureView({
  name: "moods",
  version: 1,
  entity: track,
  from: source({ ...plays, name: "plays" }),
  ttl: days(2),
  features: (row) => ({ mood: latest(row.mood).default("none"), plays: count() }),
});
const own = featureView({
  name: "own",
  version: 1,
  entity: track,
  from: source({ ...plays, name: "own_plays", tenant: "owner" }),
  features: (row) => ({ mood: latest(row.mood), plays: count() }),
});

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`reads as of a time on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let served: bigint;
    beforeAll(async () => {
      opened = await target.openMigrated();
      const { database } = opened;
      await prepare(database, TABLE);
      await applyDefinitions(database, onlyViews(moods.ir, own.ir));
      const registry = createRegistryStore(database);
      const offline = createRunLog(database);
      served = START + 50n * HOUR;
      await materialize(
        { registry, offline, engine: createEngine(database), holder: await thisProcess(), isDead: isSurelyDead },
        { asOf: served },
      );
    });
    afterAll(() => opened?.drop());

    const open = async (clock = NOW, engine: Pick<Engine, "rowsAsOf"> = createEngine(opened.database)) => {
      const { database } = opened;
      const { app, keyOf, faults } = await createTestApp({
        registry: createRegistryStore(database),
        onlineStore: createPostgresOnlineStore(database),
        clock: () => Number(clock),
        asOfReads: { storeAsOf: (asOf) => createPointInTimeStore(engine, asOf), deadlineMs: 30_000, maxIds: 100 },
      });
      const keys = { acme: await keyOf("acme"), zeta: await keyOf("zeta"), none: await keyOf() };
      const read = async (response: Response) => ({
        status: response.status,
        headers: response.headers,
        body: JSON.parse(await response.text()),
      });
      return {
        app,
        keys,
        faults,
        get: async (path: string, tenant: keyof typeof keys = "acme") =>
          read(await app.request(path, withKey(keys[tenant]))),
        post: async (body: unknown, tenant: keyof typeof keys = "acme") =>
          read(await app.request("/api/features/batch", withKey(keys[tenant], body))),
      };
    };

    test("reads values and expiry as known at the time, for each tenant", async () => {
      const { get, post } = await open();
      const at = instantText(START + 7n * HOUR);
      const { body, headers } = await get(`/api/features/1?as_of=${at}`);
      expect(body).toMatchObject({
        features: { moods: { mood: "mood 6", plays: 2 }, own: { mood: "mood 6", plays: 1 } },
        status: "complete",
      });
      // The past does not change.
      expect(headers.get("etag")).not.toBeNull();
      expect((await get(`/api/features/1?as_of=${at}`, "zeta")).body.features.own).toEqual({
        mood: "mood 1",
        plays: 1,
      });
      const late = await post({ ids: [1, 99], features: ["moods"], as_of: instantText(NOW), metadata: true });
      expect(late.body).toMatchObject({
        rows: [
          ["none", null],
          ["none", null],
        ],
        status: ["expired", "unknown_entity"],
        metadata: {
          moods: {
            generation: null,
            as_of: instantText(NOW),
            age_seconds: null,
            event_times: [instantText(START + 96n * HOUR), null],
          },
        },
      });
    });

    test("at a generation's as-of time, equals the served values", async () => {
      const { post } = await open(served);
      const body = { ids: [0, 1, 2, 3, 4], features: ["moods", "own"] };
      const now = await post(body);
      const then = await post({ ...body, as_of: instantText(served) });
      expect(then.body).toEqual(now.body);
      expect(now.body.status).toContain("complete");
    });

    test("law: equals a direct evaluation of the table", { timeout: 120_000 }, async () => {
      const { post } = await open();
      const seed = Number(process.env.LAW_SEED);
      const ask = fc.record({
        hours: fc.integer({ min: 0, max: 110 }),
        ids: fc.array(fc.nat(6), { minLength: 1, maxLength: 6 }),
        tenant: fc.constantFrom("acme" as const, "zeta" as const),
      });
      await fc.assert(
        fc.asyncProperty(ask, async ({ hours, ids, tenant }) => {
          const as_of = instantText(START + BigInt(hours) * HOUR);
          const { body } = await post({ ids, features: ["own.plays", "own.mood"], as_of }, tenant);
          const expected = ids.map((id) => {
            const known = Array.from({ length: 100 }, (_, index) => index + 1).filter(
              (each) => each <= hours && each % 5 === id && (each % 2 === 0) === (tenant === "acme"),
            );
            const last = known.at(-1);
            return last === undefined ? [null, null] : [known.length, `mood ${last}`];
          });
          expect(body.rows, `LAW_SEED=${seed}`).toEqual(expected);
        }),
        { numRuns: Math.ceil(Number(process.env.LAW_RUNS) / 20) },
      );
    });

    test("reads an Arrow stream", async () => {
      const { app, keys } = await open();
      const init = withKey(keys.zeta, { ids: [1], features: ["own"], as_of: instantText(START + 7n * HOUR) });
      const headers = { ...(init.headers as object), accept: "application/vnd.apache.arrow.stream" };
      const response = await app.request("/api/features/batch", { ...init, headers });
      const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
      expect([table.getChild("own.mood")?.get(0), table.getChild("own.plays")?.get(0)]).toEqual(["mood 1", 1]);
    });

    test("rejects invalid parameters", async () => {
      const { get, post, faults } = await open();
      const ids = Array.from({ length: 101 }, (_, index) => index);
      const at = instantText(START);
      expect(await post({ ids, features: ["moods"], as_of: at })).toMatchObject({
        status: 400,
        body: { code: "too_many_ids", detail: expect.stringContaining("limits.as_of_ids") },
      });
      expect(await get(`/api/features/1?as_of=${instantText(NOW + 1n)}`)).toMatchObject({
        status: 400,
        body: { code: "as_of_future" },
      });
      expect(await get("/api/features/1?features=own", "none")).toMatchObject({ status: 403 });
      expect(await get(`/api/features/1?features=own&as_of=${at}`, "none")).toMatchObject({
        status: 403,
        body: { code: "tenant_required" },
      });
      for (const early of ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z"])
        expect(await get(`/api/features/1?features=moods&as_of=${early}`)).toMatchObject({
          status: 200,
          body: { status: "unknown_entity" },
        });
      expect(faults).toEqual([]);
    });

    test("a missing source gives a code of its own, and its reason goes to the log only", async () => {
      const { get, faults } = await open();
      await opened.database.script("alter table plays rename to elsewhere");
      const answer = await get(`/api/features/1?as_of=${instantText(START)}`);
      await opened.database.script("alter table elsewhere rename to plays");
      expect(answer).toMatchObject({ status: 503, body: { code: "source_unavailable" } });
      expect(answer.headers.get("retry-after")).toBeNull();
      expect(faults).toMatchObject([
        { code: "source_unavailable", cause: { message: expect.stringContaining("plays") } },
      ]);
    });

    test("a failure of an engine gives the same code, and its file goes to the log only", async () => {
      const damaged = new EngineError("engine_source_failed", "lake/a.parquet is damaged.");
      const { get, post, faults } = await open(NOW, { rowsAsOf: () => Promise.reject(damaged) });
      const at = instantText(START);
      for (const answer of [
        await get(`/api/features/1?as_of=${at}`),
        await post({ ids: [1], features: ["moods"], as_of: at }),
      ]) {
        expect(answer).toMatchObject({ status: 503, body: { code: "source_unavailable" } });
        expect(JSON.stringify(answer.body)).not.toContain("parquet");
      }
      const logged = { cause: { cause: damaged } };
      expect(faults).toMatchObject([logged, logged]);
    });
  });
}
