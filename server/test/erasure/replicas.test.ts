import { entity, featureView, int64, latest, source, string } from "@featstore/definitions";
import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { createErasureStore } from "../../src/erasure/erasure-store";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { createFeatureReader } from "../../src/serving/features";
import { createMemoryOnlineStore, type MemoryOnlineStore } from "../../src/serving/online-store/memory-online-store";
import {
  createGenerationLoader,
  createPostgresOnlineStore,
} from "../../src/serving/online-store/postgres-online-store";
import { createTieredOnlineStore } from "../../src/serving/online-store/tiered-online-store";
import { createServingRegistry } from "../../src/serving/serving-registry";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, prepare, viewChange } from "../registry/fixture";

const songs = source({
  name: "songs",
  table: "songs",
  key: { song_id: int64().from("id") },
  history: "current",
  columns: { title: string().nullable() },
});
const titles = featureView({
  name: "titles",
  version: 1,
  entity: entity({ name: "song", key: { song_id: int64() }, from: songs }),
  from: songs,
  features: (row) => ({ title: latest(row.title) }),
});

interface Server {
  readonly memory: MemoryOnlineStore;
  /** The text of the response. */
  read(id: string): Promise<string>;
  refresh(): Promise<void>;
  /** From now on, loads wait after reading all rows. Returns a function that releases them. */
  holdLoads(): () => void;
  loading(): number;
  close(): Promise<void>;
}

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`replicas on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let servers: Server[];
    beforeEach(async () => {
      servers = [];
      opened = await target.openMigrated();
      await prepare(
        opened.database,
        "create table songs (id bigint primary key, title text); insert into songs select i, 'song ' || i from generate_series(1, 5) as i",
      );
      const registry = createRegistryStore(opened.database);
      await registry.apply(
        changeOf({ featureViews: [viewChange(titles.ir, compileView(postgresDialect, titles.ir))] }),
      );
      await run();
    });
    afterEach(async () => {
      for (const server of servers) await server.close();
      await opened?.drop();
    });

    const run = async () => {
      const registry = createRegistryStore(opened.database);
      const offline = createRunLog(opened.database);
      await materialize(
        { registry, offline, engine: createEngine(opened.database), holder: await thisProcess(), isDead: isSurelyDead },
        {},
      );
    };
    const erase = async (id: string) =>
      createErasureStore(opened.database).erase({
        ...{ entity: "song", key: [id], tenant: null, actor: "tester", message: null, holder: await thisProcess() },
        datasets: [],
      });

    const open = async (): Promise<Server> => {
      const { database } = opened;
      let gate = Promise.resolve();
      let loading = 0;
      const load = createGenerationLoader(database);
      const memory = createMemoryOnlineStore({
        limitBytes: 1e9,
        onEvent: () => undefined,
        async *load(registered, table) {
          const chunks = [];
          for await (const chunk of load(registered, table)) chunks.push(chunk);
          loading += 1;
          await gate;
          loading -= 1;
          yield* chunks;
        },
      });
      const onlineStore = createTieredOnlineStore([memory, createPostgresOnlineStore(database)]);
      const registry = await createServingRegistry({
        registry: createRegistryStore(database),
        ...{ onlineStore, pollMs: 1e6, onFault: () => undefined },
      });
      await registry.refresh();
      const reader = createFeatureReader({
        ...{ registry, onlineStore, clock: () => Date.now() * 1000, deadlineMs: 30_000, maxIds: 10 },
        ...{ defaultEntity: "song", cacheBytes: 1e6 },
      });
      let release = () => {};
      const server: Server = {
        memory,
        read: async (id) => {
          const answer = await reader.single(id, "features=titles", null);
          return typeof answer === "string" ? answer : answer.body;
        },
        refresh: () => registry.refresh(),
        holdLoads() {
          gate = new Promise((resolve) => {
            release = resolve;
          });
          return release;
        },
        loading: () => loading,
        async close() {
          release();
          await registry.close();
          await onlineStore.close();
        },
      };
      servers.push(server);
      return server;
    };

    test("no server returns erased rows, neither from memory nor from its cache", async () => {
      const both = [await open(), await open()];
      for (const { memory, read } of both) {
        expect(memory.held("titles_v1_g1")?.get("", "4")).toBeDefined();
        expect(await read("4")).toContain("song 4");
        expect(await read("4")).toContain("song 4");
      }
      await erase("4");
      for (const { memory, read, refresh } of both) {
        await expect.poll(() => read("4")).toContain("unknown_entity");
        expect(await read("3")).toContain("song 3");
        await refresh();
        expect(memory.held("titles_v1_g1")?.get("", "3")).toBeDefined();
        expect(memory.held("titles_v1_g1")?.get("", "4")).toBeUndefined();
        expect(await read("4")).toContain("unknown_entity");
      }
    });

    test("an erasure does not wait for a load, and rows that the load read before it are not served", async () => {
      const server = await open();
      expect(await server.read("4")).toContain("song 4");
      const release = server.holdLoads();
      await run();
      await expect.poll(() => server.loading()).toBe(1);
      expect(await server.read("4")).toContain("song 4");
      await erase("4");
      await expect.poll(() => server.read("4")).toContain("unknown_entity");
      expect(server.loading()).toBe(1);
      release();
      await server.refresh();
      expect(server.memory.held("titles_v1_g2")?.get("", "3")).toBeDefined();
      expect(server.memory.held("titles_v1_g2")?.get("", "4")).toBeUndefined();
      expect(await server.read("4")).toContain("unknown_entity");
    });
  });
}
