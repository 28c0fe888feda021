import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createRedisClient, type RedisClient } from "../../../../src/platform/redis-client";
import type { RegisteredView } from "../../../../src/registry/registry";
import {
  createGuardedOnlineStore,
  type GuardedOutcome,
} from "../../../../src/serving/online-store/guarded-online-store";
import type { OnlineStore } from "../../../../src/serving/online-store/online-store";
import { packRow, sliceOf } from "../../../../src/serving/online-store/packed-row";
import type { LoadedRow } from "../../../../src/serving/online-store/packed-rows";
import { createRedisOnlineStore } from "../../../../src/serving/online-store/redis/redis-online-store";
import { createTieredOnlineStore } from "../../../../src/serving/online-store/tiered-online-store";
import {
  type RedisProcess,
  spawnRedis,
  spawnRedisCluster,
  until,
  withoutRedisServers,
} from "../../../helpers/redis-process";
import { registered } from "../../../helpers/serving-fixture";
import { connected } from "../../../helpers/test-redis";

/*
 * Readers read batches continuously while generations are published and Redis fails. Every batch must be of one
 * generation, the requested one, whichever store returned it.
 */

const KEYS = Array.from({ length: 600 }, (_, index) => String(index));
const BATCH = 100;
const view = registered({ name: "mood", features: { mood: "string" } });

/** Creates generations: every third is full; incremental ones change every fourth key. */
function createWorld(client: RedisClient, prefix: string) {
  const generations: ReadonlyMap<string, string>[] = [];
  const outcomes = new Map<GuardedOutcome, number>();
  const baseOf = (generation: number): number => generation - ((generation - 1) % 3);
  const publish = (): void => {
    const generation = generations.length + 1;
    const before = generations.at(-1);
    const changed = (index: number): boolean => baseOf(generation) === generation || index % 4 === generation % 4;
    generations.push(
      new Map(KEYS.map((key, index) => [key, changed(index) ? `${key} of ${generation}` : (before?.get(key) ?? "")])),
    );
  };
  const servedAt = (generation: number): RegisteredView => ({
    ...view,
    served: {
      generation,
      asOf: BigInt(generation),
      table: `mood_v1_g${generation}`,
      rows: KEYS.length,
      publishedAt: 1n,
      shared: { table: `mood_v1_g${baseOf(generation)}_rows`, changes: generation },
    },
  });
  const rowsOf = ({ served }: RegisteredView) =>
    generations[(served?.generation ?? 0) - 1] ?? new Map<string, string>();
  async function* chunked(rows: readonly (readonly [string, string])[]): AsyncGenerator<readonly LoadedRow[]> {
    for (let at = 0; at < rows.length; at += 50) {
      await turn();
      yield rows
        .slice(at, at + 50)
        .map(([key, text]): LoadedRow => ({ scope: "", key, eventTime: 5, values: [JSON.stringify(text)] }));
    }
  }
  const redis = createRedisOnlineStore({
    client,
    prefix,
    load: (each) => chunked([...rowsOf(each)]),
    loadChanges: {
      changed: (each, since) =>
        chunked([...rowsOf(each)].filter(([key, text]) => generations[since - 1]?.get(key) !== text)),
      removed: async function* () {},
    },
    isPublished: async () => true,
    identity: async () => "a",
    onEvent: () => undefined,
  });
  const database: OnlineStore = {
    name: "database",
    read: async ({ registered: requests, keys }) =>
      keys.map((key) => {
        const text = rowsOf(requests).get(key);
        return text === undefined ? undefined : packRow(5, [JSON.stringify(text)]);
      }),
    readVectors: async () => undefined,
    close: async () => undefined,
  };
  const store = createTieredOnlineStore([
    createGuardedOnlineStore(redis, {
      // A busy machine must not count as a failure; the connection has its own timeout for a hanging Redis.
      maxMs: 10_000,
      openMs: 50,
      onOutcome: (outcome) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1),
    }),
    database,
  ]);

  let served = 0;
  let checked = 0;
  let reading = false;
  const read = async (start: number): Promise<void> => {
    // With the breaker open, neither Redis nor this database waits, so yield to other tasks.
    await turn();
    const generation = served;
    const keys = Array.from({ length: BATCH }, (_, index) => KEYS[(start * 37 + index * 7) % KEYS.length] ?? "");
    const requests = { registered: servedAt(generation), table: `mood_v1_g${generation}`, keys, deadlineMs: 60_000 };
    const views = [{ ...requests, tenantScoped: false }];
    const results = await store.readViews?.({ ...requests, views, tenant: "" });
    const rows = results?.[0] ?? (await store.read({ ...requests, scope: "", isRetry: true }));
    const expected = generations[generation - 1];
    const texts = rows?.map((row) => row && JSON.parse(sliceOf(row, 0, 0)));
    if (JSON.stringify(texts) !== JSON.stringify(keys.map((key) => expected?.get(key)))) {
      expect(texts).toEqual(keys.map((key) => expected?.get(key)));
    }
    checked += keys.length;
  };
  const readers: Promise<void>[] = [];
  return {
    outcomes,
    checked: () => checked,
    /** Publishes a new generation, and serves it after it was offered to Redis. */
    async publish() {
      publish();
      const newest = generations.length;
      await redis.follow?.([...(served > 0 ? [servedAt(served)] : []), servedAt(newest)]);
      served = newest;
    },
    follow: () => redis.follow?.([servedAt(served)]),
    startReading() {
      reading = true;
      // Otherwise the readers would continue after a failed test.
      onTestFinished(() => this.stopReading());
      for (let reader = 0; reader < 4; reader++) {
        readers.push(
          (async () => {
            for (let start = reader; reading; start += 4) await read(start);
          })(),
        );
      }
    },
    async stopReading() {
      reading = false;
      await Promise.all(readers);
    },
    /** Waits until Redis responds again. */
    async settled() {
      await until(async () => {
        if (!reading) return true;
        await redis.follow?.([servedAt(served)]);
        const before = outcomes.get("answered") ?? 0;
        await read(0);
        return (outcomes.get("answered") ?? 0) > before;
      });
    },
    async enough(reads: number) {
      await until(async () => !reading || checked >= reads);
    },
    close: () => redis.close(),
  };
}

describe.skipIf(withoutRedisServers)("faults of one Redis", () => {
  let server: RedisProcess;
  let client: RedisClient;
  beforeAll(async () => {
    server = await spawnRedis();
    client = createRedisClient({ url: `redis://127.0.0.1:${server.port}`, onFault: () => undefined, silenceMs: 300 });
    await connected(client);
  });
  afterAll(async () => {
    client?.disconnect();
    await server?.close();
  });

  test("cause no wrong read", { timeout: 300_000 }, async () => {
    const world = createWorld(client, "faults");
    await world.publish();
    world.startReading();
    const faults: readonly (() => Promise<unknown>)[] = [
      async () => undefined,
      () => server.command("flushall"),
      async () => {
        server.signal("SIGSTOP");
        await world.publish();
        server.signal("SIGCONT");
      },
      async () => {
        await server.kill();
        await world.publish();
        await server.start();
      },
      async () => {
        // Full memory: existing rows are read, and new ones are refused.
        await server.command("config", "set", "maxmemory", "1");
        await world.publish();
        await server.command("config", "set", "maxmemory", "0");
      },
      () => server.command("client", "kill", "type", "normal"),
      // An eviction.
      () =>
        server.command(
          "eval",
          "for i, k in ipairs(redis.call('keys', '*_rows')) do if i % 3 == 0 then redis.call('del', k) end end",
          "0",
        ),
    ];
    for (const fault of [...faults, ...faults]) {
      const publishing = world.publish();
      await fault();
      await publishing;
      await world.settled();
    }
    await world.enough(100_000);
    await world.stopReading();
    expect(world.outcomes.get("answered")).toBeGreaterThan(100);
    expect(world.outcomes.get("skipped")).toBeGreaterThan(0);
    await world.close();
  });
});

describe.skipIf(withoutRedisServers)("faults of a Redis Cluster", () => {
  let cluster: Awaited<ReturnType<typeof spawnRedisCluster>>;
  let client: RedisClient;
  beforeAll(async () => {
    cluster = await spawnRedisCluster();
    client = createRedisClient({ url: cluster.url, onFault: () => undefined, silenceMs: 300 });
    await connected(client);
  }, 60_000);
  afterAll(async () => {
    client?.disconnect();
    await cluster?.close();
  });

  const rolesOf = async (): Promise<readonly { node: RedisProcess; id: string; isMaster: boolean }[]> =>
    Promise.all(
      cluster.nodes.map(async (node) => {
        const [mine = ""] = String(await node.command("cluster", "nodes").catch(() => ""))
          .split("\n")
          .filter((line) => line.includes("myself"));
        return { node, id: mine.split(" ")[0] ?? "", isMaster: mine.includes("master") };
      }),
    );

  /** Moves a slot with its buckets from its master to another, as an operator would. */
  const moveSlot = async (slot: number): Promise<void> => {
    const masters = (await rolesOf()).filter(({ isMaster }) => isMaster);
    const owners = await Promise.all(
      masters.map(async ({ node }) =>
        Number(await node.command("cluster", "countkeysinslot", String(slot)).catch(() => 0)),
      ),
    );
    const from = masters[owners.findIndex((keys) => keys > 0)];
    const to = masters.find((master) => master !== from);
    if (from === undefined || to === undefined) return;
    const number = String(slot);
    await to.node.command("cluster", "setslot", number, "importing", from.id);
    await from.node.command("cluster", "setslot", number, "migrating", to.id);
    for (;;) {
      const keys = (await from.node.command("cluster", "getkeysinslot", number, "100")) as string[];
      if (keys.length === 0) break;
      await from.node.command(
        "migrate",
        "127.0.0.1",
        String(to.node.port),
        "",
        "0",
        "5000",
        "replace",
        "keys",
        ...keys,
      );
    }
    for (const { node } of [to, from]) await node.command("cluster", "setslot", number, "node", to.id);
  };

  test("cause no wrong read", { timeout: 300_000 }, async () => {
    const world = createWorld(client, "faults");
    await world.publish();
    world.startReading();
    const slotOf = async (bucket: number) =>
      Number(await cluster.nodes[0]?.command("cluster", "keyslot", `{${bucket}/16}`));
    const faults: readonly (() => Promise<unknown>)[] = [
      async () => undefined,
      async () => {
        for (const bucket of [0, 5, 11]) await moveSlot(await slotOf(bucket));
      },
      async () => {
        const [master] = (await rolesOf()).filter(({ isMaster }) => isMaster);
        await master?.node.command("flushall");
      },
      async () => {
        const [replica] = (await rolesOf()).filter(({ isMaster }) => !isMaster);
        await replica?.node.command("cluster", "failover");
      },
      async () => {
        const masters = (await rolesOf()).filter(({ isMaster }) => isMaster);
        // Its replica takes over, without the writes that it had not received.
        await masters[0]?.node.kill();
        await until(async () => (await rolesOf()).filter(({ isMaster }) => isMaster).length === 3);
        await masters[0]?.node.start();
      },
    ];
    for (const fault of faults) {
      const publishing = world.publish();
      await fault();
      await publishing;
      await world.settled();
    }
    await world.enough(100_000);
    await world.stopReading();
    expect(world.outcomes.get("answered")).toBeGreaterThan(100);
    await world.close();
  });
});
