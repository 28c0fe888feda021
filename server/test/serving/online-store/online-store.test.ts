import { postgresFunctions } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../src/database/database";
import { createPostgresDatabase } from "../../../src/database/postgres-database";
import { createGuardedOnlineStore } from "../../../src/serving/online-store/guarded-online-store";
import { createMemoryOnlineStore, type MemoryEvent } from "../../../src/serving/online-store/memory-online-store";
import { KEY_SEPARATOR, type OnlineRow, type OnlineStore } from "../../../src/serving/online-store/online-store";
import { sliceOf } from "../../../src/serving/online-store/packed-row";
import {
  createChangesLoader,
  createGenerationLoader,
  createPostgresOnlineStore,
} from "../../../src/serving/online-store/postgres-online-store";
import { createRedisOnlineStore } from "../../../src/serving/online-store/redis/redis-online-store";
import { createTieredOnlineStore } from "../../../src/serving/online-store/tiered-online-store";
import { play, registered } from "../../helpers/serving-fixture";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { type OpenTestRedis, testRedises } from "../../helpers/test-redis";

const every = registered({
  name: "every",
  features: {
    a_bool: "bool",
    b_int32: "int32",
    c_int64: "int64",
    d_float32: "float32",
    e_float64: "float64",
    f_decimal: "decimal",
    g_string: "string",
    h_timestamp: "timestamp",
    i_date: "date",
    j_json: "json",
    k_strings: "string[]",
    l_floats: "float64[]",
  },
});
const second = registered({ name: "every", generation: 2, features: { a_bool: "bool" } });
const plays = registered({ name: "plays", entity: play, features: { count: "int32" }, tenant: "tenant_id" });
const vectors = registered({ name: "vectors", features: { lyrics: "vector(3)", words: "int32" } });

const tables = `
create schema features;
create table features.every_v1_g1 (
  _tenant text not null, track_id bigint not null, _event_time timestamptz,
  a_bool boolean, b_int32 integer, c_int64 bigint, d_float32 real, e_float64 double precision, f_decimal numeric,
  g_string text, h_timestamp timestamptz, i_date date, j_json jsonb, k_strings text[], l_floats double precision[],
  primary key (_tenant, track_id));
insert into features.every_v1_g1 values
  ('', 7, '2026-01-01T00:00:00.123456Z', true, -3, 9007199254740993, 0.1, 1e-7, 12345678901234567890.10,
   E'a "quoted"\\n\\\\ ✓ \\u2028', '2025-06-30T23:59:59.999999+02', '2024-02-29', '{"k": [1, null], "s": "x"}',
   array['a', null, 'b"'], array[1.5, 1e300]),
  ('', 8, null, null, null, null, null, null, null, null, null, null, null, null, null);
create table features.every_v1_g2 (
  _tenant text not null, track_id bigint not null, _event_time timestamptz, a_bool boolean, primary key (_tenant, track_id));
insert into features.every_v1_g2 select '', i, '2026-01-02T00:00:00Z', i % 2 = 0 from generate_series(1, 5000) as i;
create table features.plays_v1_g1 (
  _tenant text not null, artist text not null, track_id bigint not null, _event_time timestamptz, count integer,
  primary key (_tenant, artist, track_id));
insert into features.plays_v1_g1 values
  ('acme', 'Abba, the', 7, '2026-01-01T00:00:00Z', 1), ('zeta', 'Abba, the', 7, '2026-01-01T00:00:00Z', 2);`;

const vectorTable = (type: string) => `
create table features.vectors_v1_g1 (
  _tenant text not null, track_id bigint not null, _event_time timestamptz, lyrics ${type}, words integer,
  primary key (_tenant, track_id));
insert into features.vectors_v1_g1 values
  ('', 7, '2026-01-01T00:00:00Z', '[0.1,1e-7,3]', 2), ('', 8, '2026-01-01T00:00:00Z', null, 1);`;

const TERMINATE = `select count(pg_terminate_backend(pid)) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

const valuesOf = (row: OnlineRow | undefined, count: number): unknown[] | undefined =>
  row && Array.from({ length: count }, (_, index) => JSON.parse(sliceOf(row, index, index)));

const memoryOver = (database: Database, events: MemoryEvent[] = [], limitBytes = 1e8) =>
  createMemoryOnlineStore({
    load: createGenerationLoader(database),
    limitBytes,
    onEvent: (event) => events.push(event),
  });

interface StoreTarget {
  readonly name: string;
  /** Whether it reports a missing generation as gone, and reads vectors. */
  readonly isLast: boolean;
  readonly skip?: boolean;
  readonly create: (database: Database) => OnlineStore | Promise<OnlineStore>;
}

/** A store that closes its Redis client with it. */
const redisOver = async (database: Database, { client, prefix, drop }: OpenTestRedis): Promise<OnlineStore> => {
  const store = createRedisOnlineStore({
    client,
    prefix,
    load: createGenerationLoader(database),
    loadChanges: createChangesLoader(database),
    isPublished: async () => true,
    identity: async () => "a",
    onEvent: (event) => {
      if (event.kind === "failed") throw event.error;
    },
  });
  return {
    ...store,
    async close() {
      await store.close();
      await drop();
    },
  };
};

const stores: readonly StoreTarget[] = [
  { name: "postgres", isLast: true, create: createPostgresOnlineStore },
  { name: "memory", isLast: false, create: (database) => memoryOver(database) },
  {
    name: "memory, then postgres",
    isLast: true,
    create: (database) => createTieredOnlineStore([memoryOver(database), createPostgresOnlineStore(database)]),
  },
  ...testRedises().flatMap(({ name, skip, open }): readonly StoreTarget[] => [
    { name, isLast: false, skip, create: async (database) => redisOver(database, await open()) },
    {
      name: `${name}, guarded, then postgres`,
      isLast: true,
      skip,
      create: async (database) =>
        createTieredOnlineStore([
          createGuardedOnlineStore(await redisOver(database, await open())),
          createPostgresOnlineStore(database),
        ]),
    },
  ]),
];

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(target.name, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(`${postgresFunctions}\n${tables}`);
      if (target.hasVectors) await opened.database.script(`create extension vector;${vectorTable("vector(3)")}`);
    });
    afterAll(() => opened?.drop());

    for (const { name, isLast, skip = false, create } of stores) {
      describe.skipIf(skip)(name, () => {
        const deadlineMs = 20_000;
        let store: OnlineStore;
        beforeAll(async () => {
          store = await create(opened.database);
          await store.follow?.([every, plays, ...(target.hasVectors ? [vectors] : [])]);
        });
        afterAll(() => store?.close());
        const read = (keys: readonly string[]) =>
          store.read({ registered: every, table: "every_v1_g1", scope: "", keys, deadlineMs });

        test("reads every type as its JSON text", async () => {
          const rows = await read(["7"]);
          expect(valuesOf(rows?.[0], 12)).toEqual([
            true,
            -3,
            "9007199254740993",
            0.1,
            1e-7,
            "12345678901234567890.10",
            'a "quoted"\n\\ ✓ \u2028',
            "2025-06-30T21:59:59.999999Z",
            "2024-02-29",
            { k: [1, null], s: "x" },
            ["a", null, 'b"'],
            [1.5, 1e300],
          ]);
          expect(rows?.[0]?.eventTime).toBe(1_767_225_600_123_456);
        });

        test("preserves the order and repeats of keys; absent keys are undefined, null values are null", async () => {
          const rows = await read(["8", "1", "7", "8"]);
          expect(rows?.map((row) => row !== undefined)).toEqual([true, false, true, true]);
          expect(rows?.[0]?.eventTime).toBeNull();
          expect(valuesOf(rows?.[3], 12)).toEqual(Array.from({ length: 12 }, () => null));
        });

        test("reads composite keys within their scope only", async () => {
          const keys = [`Abba, the${KEY_SEPARATOR}7`, `Abba${KEY_SEPARATOR}7`];
          const inScope = async (scope: string) =>
            (await store.read({ registered: plays, table: "plays_v1_g1", scope, keys, deadlineMs }))?.map((row) =>
              valuesOf(row, 1),
            );
          expect(await inScope("acme")).toEqual([[1], undefined]);
          expect(await inScope("zeta")).toEqual([[2], undefined]);
          expect(await inScope("")).toEqual([undefined, undefined]);
          expect(await inScope("other' or true --")).toEqual([undefined, undefined]);
        });

        test.skipIf(!target.hasVectors)("reads vectors separately, with the shortest text of each number", async () => {
          const request = { registered: vectors, table: "vectors_v1_g1", scope: "", keys: ["8", "7", "1"], deadlineMs };
          const rows = await store.read(request);
          expect(rows?.map((row) => valuesOf(row, 1))).toEqual([[1], [2], undefined]);
          const found = await store.readVectors({ ...request, feature: "lyrics" });
          if (!isLast) expect(found).toBeUndefined();
          else
            expect(found?.map((vector) => vector && (vector.text === null ? null : JSON.parse(vector.text)))).toEqual([
              null,
              [0.1, 1e-7, 3],
              undefined,
            ]);
        });

        test("reports a missing generation, and never reads another one instead", async () => {
          const request = { registered: every, table: "every_v1_g9", scope: "", keys: ["7"], deadlineMs };
          if (!isLast) expect(await store.read(request)).toBeUndefined();
          else await expect(store.read(request)).rejects.toMatchObject({ code: "gone" });
        });
      });
    }

    test.skipIf(target.kind === "pglite")("answers reads whose connections PostgreSQL ends", async () => {
      const store = createPostgresOnlineStore(opened.database);
      const direct = createPostgresDatabase({ url: opened.directUrl ?? "" });
      const request = { registered: every, table: "every_v1_g1", scope: "", keys: ["7"], deadlineMs: 20_000 };
      for (let wave = 0; wave < 20; wave++) {
        const reads = Array.from({ length: 10 }, () => store.read(request));
        await direct.query({ text: TERMINATE });
        const rows = await Promise.all(reads);
        expect(rows.map((found) => found?.[0]?.eventTime)).toEqual(reads.map(() => 1_767_225_600_123_456));
      }
      await direct.close();
    });

    test("memory follows generations and keeps the old one until it is released", async () => {
      const events: MemoryEvent[] = [];
      const memory = memoryOver(opened.database, events);
      await memory.follow([every]);
      await memory.follow([every, second]);
      expect([memory.held("every_v1_g1")?.get("", "7"), memory.held("every_v1_g2")?.get("", "4999")]).not.toContain(
        undefined,
      );
      const both = memory.bytes();
      await memory.follow([second]);
      expect(memory.held("every_v1_g1")).toBeUndefined();
      expect(memory.bytes()).toBeLessThan(both);
      expect(events.map((event) => [event.kind, event.table])).toEqual([
        ["loaded", "every_v1_g1"],
        ["loaded", "every_v1_g2"],
      ]);
      await memory.close();
    });

    test("leaves out a generation that does not fit until there is room", async () => {
      const events: MemoryEvent[] = [];
      const memory = memoryOver(opened.database, events, 700_000);
      await memory.follow([second]);
      expect(memory.held("every_v1_g2")).toBeDefined();
      const big = { ...second, served: second.served && { ...second.served, table: "copy_g1" } };
      await opened.database.script("create table if not exists features.copy_g1 as select * from features.every_v1_g2");
      await memory.follow([second, big]);
      await memory.follow([second, big]);
      expect(memory.held("copy_g1")).toBeUndefined();
      expect(events.filter((event) => event.kind === "left_out")).toHaveLength(1);
      await memory.follow([big]);
      expect(memory.held("copy_g1")?.get("", "5000")?.text).toBe("true");
      await memory.close();
    });

    test("reports a failed load and retries it", async () => {
      const events: MemoryEvent[] = [];
      const memory = memoryOver(opened.database, events);
      const absent = { ...second, served: second.served && { ...second.served, table: "later_g1" } };
      await memory.follow([absent]);
      expect(events).toMatchObject([{ kind: "failed", table: "later_g1" }]);
      await opened.database.script(
        "create table if not exists features.later_g1 as select * from features.every_v1_g2",
      );
      await memory.follow([absent]);
      expect(memory.held("later_g1")).toBeDefined();
      await memory.close();
    });
  });
}
