import { EventEmitter, once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RegisteredView } from "../../../../src/registry/registry";
import { sliceOf } from "../../../../src/serving/online-store/packed-row";
import type { LoadedRow } from "../../../../src/serving/online-store/packed-rows";
import { bucketKeys } from "../../../../src/serving/online-store/redis/bucket-layout";
import { createKnownTables } from "../../../../src/serving/online-store/redis/known-tables";
import {
  createRedisOnlineStore,
  type RedisEvent,
  type RedisOnlineStoreOptions,
} from "../../../../src/serving/online-store/redis/redis-online-store";
import { sweepBuckets } from "../../../../src/serving/online-store/redis/sweep-buckets";
import { registered } from "../../../helpers/serving-fixture";
import { type OpenTestRedis, testRedises } from "../../../helpers/test-redis";

const KEYS = ["1", "2", "3", "4", "5"];

const rowsOf = ({ served }: RegisteredView): readonly LoadedRow[] =>
  KEYS.map((key) => ({ scope: "", key, eventTime: 5, values: [`"${key} of ${served?.generation}"`] }));

describe.each(testRedises())("the store in $name", ({ skip, open }) => {
  let redis: OpenTestRedis;
  beforeAll(async () => {
    if (!skip) redis = await open();
  });
  afterAll(() => redis?.drop());

  const create = (name: string, options: Partial<RedisOnlineStoreOptions> = {}, events: RedisEvent[] = []) =>
    createRedisOnlineStore({
      client: redis.client,
      load: async function* (each) {
        yield rowsOf(each);
      },
      loadChanges: { changed: async function* () {}, removed: async function* () {} },
      isPublished: async () => true,
      prefix: `${redis.prefix}_${name}`,
      identity: async () => "a",
      onEvent: (event) => events.push(event),
      ...options,
    });
  const at = (generation: number): RegisteredView =>
    registered({ name: "mood", generation, features: { mood: "string" } });
  const read = async (store: ReturnType<typeof create>, generation: number, keys = KEYS) => {
    const request = { registered: at(generation), table: `mood_v1_g${generation}`, scope: "", keys, deadlineMs: 5000 };
    return (await store.read(request))?.map((row) => row && JSON.parse(sliceOf(row, 0, 0)));
  };
  const of = (generation: number) => KEYS.map((key) => `${key} of ${generation}`);

  test.skipIf(skip)("replicas find the rows that another replica loaded", async () => {
    const events: RedisEvent[] = [];
    const [one, other] = [create("shared", {}, events), create("shared", {}, events)];
    await Promise.all([one.follow?.([at(1)]), other.follow?.([at(1)])]);
    expect([await read(one, 1), await read(other, 1)]).toEqual([of(1), of(1)]);
    expect(events).toEqual([{ kind: "filled", table: "mood_v1_g1", rows: KEYS.length }]);
    expect([one.holds?.("mood_v1_g1"), other.holds?.("mood_v1_g1"), one.holds?.("mood_v1_g2")]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test.skipIf(skip)("waits for a load of a dead replica until its lease expires", async () => {
    await redis.client.set(`${redis.prefix}_dead:a:load:mood_v1_g1`, "somebody", "PX", 300);
    const store = create("dead");
    await store.follow?.([at(1)]);
    expect(await read(store, 1)).toEqual(of(1));
  });

  test.skipIf(skip)("ignores the rest of a load that was paused past its lease", async () => {
    const events: RedisEvent[] = [];
    let goOn = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let notifyBegun = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      notifyBegun = resolve;
    });
    const slow = create(
      "slow",
      {
        load: async function* (each) {
          yield rowsOf(each).slice(0, 1);
          notifyBegun();
          await stopped;
          yield rowsOf(each).map((row) => ({ ...row, values: ['"of the one who was stopped"'] }));
        },
      },
      events,
    );
    const loadId = slow.follow?.([at(1)]);
    await begun;
    // Simulates an expired lease.
    await redis.client.del(`${redis.prefix}_slow:a:load:mood_v1_g1`);
    const other = create("slow");
    await other.follow?.([at(1)]);
    goOn();
    await loadId;
    expect([await read(slow, 1), await read(other, 1)]).toEqual([of(1), of(1)]);
    expect(events).toEqual([]);
  });

  test.skipIf(skip)("detects rows that Redis lost during a load", async () => {
    const events: RedisEvent[] = [];
    let dumps: (Buffer | null)[] = [];
    const names = bucketKeys({ prefix: `${redis.prefix}_lossy:a`, buckets: 64 });
    let isLossy = true;
    const store = create(
      "lossy",
      {
        load: async function* (each) {
          const [first, ...others] = rowsOf(each);
          dumps = await Promise.all(names.map((key) => redis.client.dumpBuffer(key)));
          yield first === undefined ? [] : [first];
          // Simulates a failover to a replica without the last writes.
          for (const [index, key] of isLossy ? names.entries() : []) {
            const dump = dumps[index];
            if (dump) await redis.client.restore(key, 0, dump, "REPLACE");
          }
          yield others;
        },
      },
      events,
    );
    await store.follow?.([at(1)]);
    expect([await read(store, 1), events]).toEqual([undefined, []]);
    isLossy = false;
    await store.follow?.([at(1)]);
    expect(await read(store, 1)).toEqual(of(1));
  });

  /** Generations based on one full run, that of the first generation. */
  const shared = (generation: number): RegisteredView => {
    const { served, ...rest } = at(generation);
    return { ...rest, served: served && { ...served, shared: { table: "mood_v1_g1_rows", changes: generation } } };
  };

  test.skipIf(skip)("does not write changes to a bucket that has a newer generation by then", async () => {
    const gates = new EventEmitter();
    const released = once(gates, "release");
    const requests = once(gates, "ask");
    // A row that starts in the second generation and ends in the third is not among the changes since the first.
    const begun: LoadedRow = { scope: "", key: "begun", eventTime: 5, values: ['"begun"'] };
    const changed = async function* ({ served }: RegisteredView) {
      if (served?.generation === 2) yield [begun];
    };
    const loadChanges = { changed, removed: async function* () {} };
    const slow = create("overtaken", {
      loadChanges,
      isPublished: async () => {
        gates.emit("ask");
        await released;
        return true;
      },
    });
    const other = create("overtaken", { loadChanges });
    await other.follow?.([shared(1)]);
    const following = slow.follow?.([shared(3)]);
    await requests;
    await other.follow?.([shared(2)]);
    gates.emit("release");
    await following;
    const rowsAt = async (generation: number) => {
      const request = { table: `mood_v1_g${generation}`, scope: "", keys: ["1", "begun"], deadlineMs: 5000 };
      const rows = await slow.read({ ...request, registered: shared(generation) });
      return rows?.map((row) => row && JSON.parse(sliceOf(row, 0, 0)));
    };
    expect(await rowsAt(3)).toEqual(["1 of 3", undefined]);
  });

  test.skipIf(skip)("does not write changes for a generation that the database does not know", async () => {
    const events: RedisEvent[] = [];
    const store = create("restored", { isPublished: async () => false }, events);
    await store.follow?.([shared(1)]);
    await store.follow?.([shared(2)]);
    expect(events.map((event) => event.kind === "filled" && event.rows)).toEqual([KEYS.length, KEYS.length]);
  });

  test.skipIf(skip)("never finds another database's rows, even with the same generation numbers", async () => {
    const one = create("twins");
    const other = create("twins", { identity: async () => "b", load: async function* () {} });
    await one.follow?.([at(1)]);
    expect(await read(other, 1)).toBeUndefined();
    await other.follow?.([at(1)]);
    expect(await read(other, 1)).toEqual(KEYS.map(() => undefined));
    expect(await read(one, 1)).toEqual(of(1));
  });

  test.skipIf(skip)("reports a failure once until it ends", async () => {
    const events: RedisEvent[] = [];
    let isBroken = true;
    const store = create(
      "failing",
      {
        load: async function* (each) {
          if (isBroken) throw new Error("The database is away");
          yield rowsOf(each);
        },
      },
      events,
    );
    await store.follow?.([at(1)]);
    await store.follow?.([at(1)]);
    isBroken = false;
    await store.follow?.([at(1)]);
    expect(events.map(({ kind }) => kind)).toEqual(["failed", "filled"]);
  });

  test.skipIf(skip)("removes tables that nobody serves any longer, after a while", async () => {
    const layout = { prefix: `${redis.prefix}_known`, buckets: 2 };
    let now = 1_000_000;
    const tables = createKnownTables(redis.client, () => now);
    const [bucket = ""] = bucketKeys(layout);
    const stamped = { "old:stamp": "0;1.a;one", "newer:stamp": "0;1.a;two", "dead:filler": "somebody#four;1.a;" };
    const fieldsOf = (loadId: string) => KEYS.map((key) => `${loadId}\0\0${key}`);
    const lost = [...fieldsOf("newer#three"), ...fieldsOf("gone#one")];
    const stored = [...fieldsOf("old#one"), ...fieldsOf("newer#two"), ...fieldsOf("dead#four")];
    await redis.client.hset(bucket, {
      ...stamped,
      ...Object.fromEntries([...lost, ...stored].map((field) => [field, "row"])),
    });
    const sweep = () => sweepBuckets(redis.client, layout, new AbortController().signal);
    const fields = async () => (await redis.client.hkeys(bucket)).sort();

    expect(await tables.note(layout, ["old"])).toEqual([]);
    expect(await sweep()).toEqual(new Set(["old", "newer", "dead"]));
    expect(await fields()).toEqual([...Object.keys(stamped), ...stored].sort());
    await tables.register(layout, ["dead", "old"]);
    now += 500_000;
    expect(await tables.note(layout, ["newer"])).toEqual([]);
    now += 500_000;
    expect([...(await tables.note(layout, ["newer"]))].sort()).toEqual(["dead", "old"]);
    expect(await sweep()).toEqual(new Set(["newer"]));
    expect(await fields()).toEqual([":version", "newer:stamp", ...fieldsOf("newer#two")].sort());
    now += 1_000_000;
    expect(await tables.note(layout, ["other"])).toEqual(["newer"]);
    await sweep();
    expect(await redis.client.exists(bucket)).toBe(0);
  });

  test.skipIf(skip)("removes erased rows from all older tables as well", async () => {
    const store = create("erased");
    const tables = async () => {
      const buckets = bucketKeys({ prefix: `${redis.prefix}_erased:a`, buckets: 64 });
      const fields = await Promise.all(buckets.map((bucket) => redis.client.hkeys(bucket)));
      return new Set(fields.flat().flatMap((field) => /^\w+/.exec(field) ?? []));
    };
    await store.follow?.([at(1)]);
    await store.follow?.([at(2)]);
    expect(await tables()).toEqual(new Set(["mood_v1_g1", "mood_v1_g2"]));
    await store.follow?.([{ ...at(2), erasures: 1 }]);
    await expect.poll(tables).toEqual(new Set(["mood_v1_g2"]));
    expect(await read(store, 2)).toBeUndefined();
  });
});
