import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGuardedBuckets } from "../../src/limits/guarded-buckets";
import { createProcessBuckets } from "../../src/limits/process-buckets";
import { createRedisBuckets } from "../../src/limits/redis-buckets";
import type { Bucket, Grant, TokenBuckets, TokenRequest } from "../../src/limits/token-buckets";
import { type OpenTestRedis, testRedises } from "../helpers/test-redis";

/** An implementation, with what closes it. */
interface Opened {
  readonly buckets: TokenBuckets;
  close(): Promise<void>;
}

const unclosed = (buckets: TokenBuckets): Opened => ({ buckets, close: async () => undefined });

const siblings: readonly { readonly name: string; readonly skip: boolean; open(): Promise<Opened> }[] = [
  { name: "in this process", skip: false, open: async () => unclosed(createProcessBuckets()) },
  {
    name: "behind the channel of a worker",
    skip: false,
    async open() {
      const supervisor = createProcessBuckets();
      const sent = (value: unknown) => JSON.parse(JSON.stringify(value));
      return unclosed({ take: async (request) => sent(supervisor.take(sent(request) as TokenRequest)) as Grant });
    },
  },
  {
    name: "of a server whose Redis is gone",
    skip: false,
    async open() {
      const gone: TokenBuckets = { take: () => Promise.reject(new Error("gone")) };
      const local = createProcessBuckets();
      const buckets = createGuardedBuckets({
        ...{ shared: gone, local: { take: local.take, restart: () => undefined }, servers: 1 },
      });
      return { buckets, close: async () => buckets.close() };
    },
  },
  ...testRedises().map(({ name, skip, open }) => ({
    name: `in ${name}`,
    skip,
    async open() {
      const redis: OpenTestRedis = await open();
      return { buckets: createRedisBuckets(redis.client, redis.prefix), close: redis.drop };
    },
  })),
];

/** Buckets that gain nothing while a test runs. */
const SLOW = 0.0001;
const bucket = (name: string, burst: number, perSecond = SLOW): Bucket => ({ name, rate: { perSecond, burst } });

let groups = 0;
const newGroup = () => `group ${groups++}`;

describe.each(siblings)("buckets $name", ({ skip, open }) => {
  let opened: Opened;
  beforeAll(async () => {
    if (!skip) opened = await open();
  });
  afterAll(() => opened?.close());

  const taker = (...named: readonly Bucket[]) => {
    const group = newGroup();
    const buckets = named.map(({ name, rate }) => ({ name: `${name} of ${group}`, rate }));
    return async (cost: number, ahead = 0, isCharge = false) =>
      opened.buckets.take({ group, buckets, cost, ahead, isCharge });
  };

  test.skipIf(skip)("grant exactly the burst, then refuse and tell how long to wait", async () => {
    const take = taker(bucket("key", 100));
    const left: (number | undefined)[] = [];
    for (let count = 0; count < 100; count++) {
      const { taken, buckets } = await take(1);
      expect(taken).toBe(1);
      left.push(buckets[0]?.left);
    }
    expect(left).toEqual(Array.from({ length: 100 }, (_, index) => 99 - index));
    const refused = await take(1);
    expect([refused.taken, refused.buckets[0]?.left]).toEqual([0, 0]);
    expect(refused.buckets[0]?.waitMs).toBeGreaterThan(9_000_000);
    expect(refused.buckets[0]?.fullInMs).toBeGreaterThan(900_000_000);
  });

  test.skipIf(skip)("take from all buckets or from none", async () => {
    const take = taker(bucket("key", 10), bucket("organisation", 5));
    const refused = await take(6);
    expect([refused.taken, ...refused.buckets.map(({ left }) => left)]).toEqual([0, 10, 5]);
    expect(refused.buckets.map(({ waitMs }) => waitMs > 0)).toEqual([false, true]);
    const granted = await take(5);
    expect([granted.taken, ...granted.buckets.map(({ left }) => left)]).toEqual([5, 5, 0]);
    expect((await take(1)).taken).toBe(0);
  });

  test.skipIf(skip)("add tokens ahead as far as all buckets have them", async () => {
    const take = taker(bucket("key", 20), bucket("organisation", 8));
    expect((await take(2, 3)).taken).toBe(5);
    expect((await take(1, 100)).taken).toBe(3);
    const refused = await take(1, 100);
    expect([refused.taken, ...refused.buckets.map(({ left }) => left)]).toEqual([0, 12, 0]);
    expect((await take(0, 100)).taken).toBe(0);
  });

  test.skipIf(skip)("charge what was spent elsewhere, at most the burst below empty", async () => {
    const take = taker(bucket("key", 10));
    expect((await take(4)).taken).toBe(4);
    await take(1000, 0, true);
    const refused = await take(1);
    expect(refused.taken).toBe(0);
    // Eleven tokens are missing; without a bound it would be a thousand.
    expect(refused.buckets[0]?.waitMs).toBeLessThanOrEqual(11 * 10_000_000);
  });

  test.skipIf(skip)("count concurrent requests once", async () => {
    const take = taker(bucket("key", 100), bucket("organisation", 100));
    const grants = await Promise.all(Array.from({ length: 50 }, () => take(3)));
    expect(grants.filter(({ taken }) => taken === 3)).toHaveLength(33);
  });

  test.skipIf(skip)("keep other buckets apart", async () => {
    const [one, other] = [taker(bucket("key", 1)), taker(bucket("key", 1))];
    expect([(await one(1)).taken, (await one(1)).taken, (await other(1)).taken]).toEqual([1, 0, 1]);
  });

  test.skipIf(skip)("do not grant more than the rate and the burst", async () => {
    const take = taker(bucket("key", 20, 2000), bucket("organisation", 10, 1000));
    const begun = performance.now();
    let granted = 0;
    for (let round = 0; round < 200; round++) {
      const grants = await Promise.all(Array.from({ length: 10 }, () => take(1)));
      granted += grants.filter(({ taken }) => taken > 0).length;
    }
    const seconds = (performance.now() - begun) / 1000;
    expect(granted).toBeLessThanOrEqual(1000 * seconds + 10);
    expect(granted).toBeGreaterThanOrEqual(10);
  });

  test.skipIf(skip)("let a raised limit count from now on", async () => {
    const group = newGroup();
    const take = async (burst: number, perSecond: number, cost: number) =>
      opened.buckets.take({ group, buckets: [bucket(`key of ${group}`, burst, perSecond)], cost, ahead: 0 });
    expect((await take(10, SLOW, 10)).taken).toBe(10);
    const refused = await take(100, 1000, 1);
    expect(refused.taken).toBe(0);
    expect(refused.buckets[0]?.waitMs).toBeLessThanOrEqual(101);
  });
});
