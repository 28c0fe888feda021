import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAttemptLimits } from "../../src/platform/attempt-limits";
import { type AttemptStore, createDatabaseAttempts, createRedisAttempts } from "../../src/platform/attempt-store";
import { testDatabases } from "../helpers/test-database";
import { testRedises } from "../helpers/test-redis";

interface OpenStore {
  readonly store: AttemptStore;
  close(): Promise<void>;
}

const stores = [
  ...testDatabases("main").map(({ name, skip, openMigrated }) => ({
    name,
    skip,
    async open(): Promise<OpenStore> {
      const { database, drop } = await openMigrated();
      return { store: createDatabaseAttempts(database), close: drop };
    },
  })),
  ...testRedises().map(({ name, skip, open }) => ({
    name,
    skip,
    async open(): Promise<OpenStore> {
      const { client, prefix, drop } = await open();
      return { store: createRedisAttempts(client, prefix), close: drop };
    },
  })),
];

/** One process of several with the same store. Its clock stands still. */
function processOn(store: AttemptStore | null) {
  const clock = { now: 1_000_000 };
  const written: number[] = [];
  const faults: unknown[] = [];
  const counting: AttemptStore | null = store && {
    ...store,
    add(name, attempts, seconds) {
      written.push(attempts);
      return store.add(name, attempts, seconds);
    },
  };
  const limits = createAttemptLimits({
    store: counting,
    onFault: (error) => void faults.push(error),
    monotonic: () => clock.now,
  });
  return { ...limits, clock, written, faults };
}

const rule = { name: "guesses", max: 3, seconds: 60 };

for (const target of stores) {
  describe.skipIf(target.skip)(`attempts counted in ${target.name}`, () => {
    let opened: OpenStore;
    beforeAll(async () => {
      opened = await target.open();
    });
    afterAll(() => opened?.close());

    test("two processes share a count", async () => {
      const [first, second] = [processOn(opened.store).limit(rule), processOn(opened.store).limit(rule)];
      expect(await first.take("192.0.2.1")).toBe(0);
      expect(await second.take("192.0.2.1")).toBe(0);
      const third = processOn(opened.store).limit(rule);
      expect(await third.take("192.0.2.1")).toBe(0);
      expect(third.wait("192.0.2.1")).toBeGreaterThan(0);
      expect(await processOn(opened.store).limit(rule).take("192.0.2.1")).toBeGreaterThan(0);
      expect(await third.take("192.0.2.2")).toBe(0);
      expect(
        await processOn(opened.store)
          .limit({ ...rule, name: "other" })
          .take("192.0.2.1"),
      ).toBe(0);
    });

    test("a flood of attempts is one write in a second", async () => {
      const flooded = processOn(opened.store);
      const limit = flooded.limit({ ...rule, max: 1000 });
      await Promise.all(Array.from({ length: 500 }, () => limit.take("flood")));
      expect(flooded.written).toEqual([1]);
      await flooded.close();
      expect(flooded.written).toEqual([1, 499]);
      const other = processOn(opened.store).limit({ ...rule, max: 501 });
      expect([await other.take("flood"), other.wait("flood") > 0]).toEqual([0, true]);
    });

    test("a refused attempt is not written", async () => {
      const process = processOn(opened.store);
      const limit = process.limit({ ...rule, max: 1 });
      await limit.take("refused");
      process.clock.now += 5000;
      expect(await limit.take("refused")).toBeGreaterThan(0);
      expect(process.written).toEqual([1]);
    });

    test("a window ends, and the next one begins with its first attempt", async () => {
      const { store } = opened;
      expect((await store.add("window", 2, 1)).total).toBe(2);
      await expect.poll(async () => (await store.add("window", 1, 1)).total, { timeout: 10_000 }).toBe(1);
    });

    test("a forgotten subject begins anew in every process", async () => {
      const limit = processOn(opened.store).limit({ ...rule, max: 1 });
      await limit.take("forgotten");
      await limit.forget("forgotten");
      expect(
        await processOn(opened.store)
          .limit({ ...rule, max: 1 })
          .take("forgotten"),
      ).toBe(0);
    });
  });
}

test("a process whose store fails counts for itself", async () => {
  const failing = processOn({ add: () => Promise.reject(new Error("down")), remove: async () => undefined });
  const limit = failing.limit({ ...rule, max: 1 });
  expect(await limit.take("192.0.2.1")).toBe(0);
  expect(await limit.take("192.0.2.1")).toBe(60);
  expect(failing.faults).toHaveLength(1);
  failing.clock.now += 60_000;
  expect(limit.wait("192.0.2.1")).toBe(0);
  expect(await limit.take("192.0.2.1")).toBe(0);
});

test("without a store a process counts for itself", async () => {
  const limit = processOn(null).limit({ ...rule, max: 1 });
  expect([await limit.take("a"), await limit.take("a"), await limit.take("b")]).toEqual([0, 60, 0]);
});
