import { afterEach, describe, expect, test, vi } from "vitest";
import { createGuardedBuckets, type GuardedBuckets } from "../../src/limits/guarded-buckets";
import { createProcessBuckets } from "../../src/limits/process-buckets";
import { createRedisBuckets } from "../../src/limits/redis-buckets";
import type { Grant, TokenBuckets, TokenRequest } from "../../src/limits/token-buckets";
import { createRedisClient } from "../../src/platform/redis-client";
import { spawnRedis, withoutRedisServers } from "../helpers/redis-process";
import { connected } from "../helpers/test-redis";

const SERVERS = 2;
const rate = { perSecond: 10, burst: 20 };
const request = (cost: number): TokenRequest => ({
  group: "a",
  buckets: [
    { name: "key", rate },
    { name: "organisation", rate },
  ],
  cost,
  ahead: 0,
});

describe("guarded buckets", () => {
  const opened: GuardedBuckets[] = [];
  afterEach(() => {
    for (const each of opened.splice(0)) each.close();
    vi.useRealTimers();
  });

  /** Two servers over shared buckets that can be cut off. */
  const open = () => {
    vi.useFakeTimers();
    const monotonic = () => Date.now();
    const inner = createProcessBuckets({ monotonic });
    const state = { answers: true, hangs: false, changes: [] as boolean[] };
    const shared: TokenBuckets = {
      async take(each): Promise<Grant> {
        if (state.hangs) return new Promise(() => undefined);
        if (!state.answers) throw new Error("gone");
        return { ...inner.take(each), by: "redis" };
      },
    };
    const servers = Array.from({ length: SERVERS }, () => {
      const local = createProcessBuckets({ monotonic, servers: SERVERS });
      const onChange = (isShared: boolean) => void state.changes.push(isShared);
      const guarded = createGuardedBuckets({ shared, local, servers: SERVERS, onChange });
      opened.push(guarded);
      return guarded;
    });
    return { state, servers };
  };
  const [first, second] = [0, 1];
  const takenBy = async (server: GuardedBuckets | undefined, cost = 1) => {
    const grant = await server?.take(request(cost));
    return [grant?.taken, grant?.by];
  };

  test("decide in this process while the shared ones fail, from an eighth of its share", async () => {
    const { state, servers } = open();
    expect(await takenBy(servers[first])).toEqual([1, "redis"]);
    state.answers = false;
    // The share is 10.
    expect(await takenBy(servers[first])).toEqual([1, "process"]);
    expect(await takenBy(servers[first])).toEqual([0, "process"]);
    await vi.advanceTimersByTimeAsync(1000);
    // Half of the rate, for one of two servers.
    expect(await takenBy(servers[first], 5)).toEqual([5, "process"]);
    expect(await takenBy(servers[first])).toEqual([0, "process"]);
    expect(state.changes).toEqual([false]);
  });

  test("decide within 100 ms when the shared ones hang, and at once from then on", async () => {
    const { state, servers } = open();
    state.hangs = true;
    const begun = Date.now();
    const grant = servers[first]?.take(request(1));
    await vi.advanceTimersByTimeAsync(100);
    expect(await grant).toMatchObject({ by: "process" });
    expect(Date.now() - begun).toBe(100);
    expect(servers[first]?.take(request(1))).not.toBeInstanceOf(Promise);
  });

  test("charge what they granted when the shared ones answer again, at most a share of the burst", async () => {
    const { state, servers } = open();
    expect(await takenBy(servers[first], 20)).toEqual([20, "redis"]);
    state.answers = false;
    for (const server of servers) await takenBy(server);
    let granted = 0;
    for (let step = 0; step < 40; step++) {
      await vi.advanceTimersByTimeAsync(100);
      for (const server of servers) granted += (await takenBy(server))[0] === 1 ? 1 : 0;
    }
    // Four seconds at ten per second. The shared bucket has become full meanwhile, and now it must be empty again.
    expect(granted).toBeGreaterThan(36);
    expect(granted).toBeLessThanOrEqual(40);
    state.answers = true;
    await vi.advanceTimersByTimeAsync(200);
    expect(state.changes).toEqual([false, false, true, true]);
    const after = await servers[second]?.take(request(10));
    expect(after).toMatchObject({ taken: 0, by: "redis" });
    expect(after?.buckets[0]?.left).toBeLessThanOrEqual(3);
  });

  test("recover without a request", async () => {
    const { state, servers } = open();
    state.answers = false;
    await takenBy(servers[first]);
    state.answers = true;
    await vi.advanceTimersByTimeAsync(150);
    expect(state.changes).toEqual([false, true]);
    expect(await takenBy(servers[first])).toEqual([1, "redis"]);
  });

  test("stay down while the charges fail, and lose none of them", async () => {
    const { state, servers } = open();
    state.answers = false;
    await takenBy(servers[first]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await takenBy(servers[first], 10)).toEqual([10, "process"]);
    await vi.advanceTimersByTimeAsync(5000);
    state.answers = true;
    await vi.advanceTimersByTimeAsync(150);
    expect((await servers[first]?.take(request(0)))?.buckets[0]?.left).toBeLessThanOrEqual(11);
  });
});

describe.skipIf(withoutRedisServers)("guarded buckets over a Redis", () => {
  test("survive a Redis that freezes and one that dies, and use it again afterwards", async () => {
    const redis = await spawnRedis();
    const client = createRedisClient({
      url: `redis://127.0.0.1:${redis.port}`,
      commandMs: 60,
      onFault: () => undefined,
    });
    const guarded = createGuardedBuckets({
      shared: createRedisBuckets(client, "test"),
      local: createProcessBuckets(),
      servers: 1,
    });
    const by = async () => (await guarded.take(request(1))).by;
    try {
      await connected(client);
      expect(await by()).toBe("redis");
      redis.signal("SIGSTOP");
      expect(await by()).toBe("process");
      redis.signal("SIGCONT");
      await expect.poll(by, { timeout: 20_000, interval: 50 }).toBe("redis");
      await redis.kill();
      expect(await by()).toBe("process");
      await redis.start();
      await expect.poll(by, { timeout: 20_000, interval: 50 }).toBe("redis");
    } finally {
      guarded.close();
      client.disconnect();
      await redis.close();
    }
  }, 60_000);
});
