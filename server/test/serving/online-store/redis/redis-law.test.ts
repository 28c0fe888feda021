import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RegisteredView } from "../../../../src/registry/registry";
import type { OnlineStore, OnlineView } from "../../../../src/serving/online-store/online-store";
import { sliceOf } from "../../../../src/serving/online-store/packed-row";
import type { LoadedRow } from "../../../../src/serving/online-store/packed-rows";
import { bucketKeys } from "../../../../src/serving/online-store/redis/bucket-layout";
import { createRedisOnlineStore, type RedisEvent } from "../../../../src/serving/online-store/redis/redis-online-store";
import { sweepBuckets } from "../../../../src/serving/online-store/redis/sweep-buckets";
import { registered } from "../../../helpers/serving-fixture";
import { type OpenTestRedis, testRedises } from "../../../helpers/test-redis";

/*
 * The law of the Redis store: after any loads, killed loads, concurrent loads, flushes, restores of an older state and
 * erasures, a read returns the rows of exactly the requested generation, or reports that it is missing. LAW_RUNS and
 * LAW_SEED as in law.test.ts.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 10);

const KEYS = Array.from({ length: 12 }, (_, index) => String(index));
const SCOPES = ["", "acme", "zeta"];
const BUCKETS = 3;
/** Both have their rows in the same buckets. */
const VIEWS = ["mood", "pace"].map((name) => registered({ name, features: { text: "string", words: "int32" } }));

/** The rows of a generation, by `scope/key`. */
type Rows = ReadonlyMap<string, string>;

interface Generation {
  readonly rows: Rows;
  /** The generation of the full run that it is based on. */
  readonly base: number;
  readonly asOf: number;
}

const anyChange = fc.record({
  view: fc.nat(VIEWS.length - 1),
  isFull: fc.boolean(),
  changes: fc.array(
    fc.record({
      scope: fc.constantFrom(...SCOPES),
      key: fc.constantFrom(...KEYS),
      isGone: fc.nat(3).map((n) => n === 0),
    }),
    { maxLength: 10 },
  ),
});

const anyStep = fc.oneof(
  { weight: 4, arbitrary: anyChange.map((change) => ({ kind: "publish", change }) as const) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("follow" as const), replica: fc.nat(1), lag: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("die" as const), replica: fc.nat(1), after: fc.nat(4) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("both" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const), bucket: fc.nat(BUCKETS - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sweep" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remember" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("turn_back" as const), bucket: fc.nat(BUCKETS - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("erase" as const), key: fc.constantFrom(...KEYS) }) },
);

describe.each(testRedises())("generations in $name", ({ skip, open }) => {
  let redis: OpenTestRedis;
  let other: OpenTestRedis;
  beforeAll(async () => {
    if (skip) return;
    redis = await open();
    other = await open();
  });
  afterAll(async () => {
    await redis?.drop();
    await other?.drop();
  });
  let number = 0;
  afterEach(() => {
    number += 1;
  });

  test.skipIf(skip)("law: a read is right or reports a missing generation", { timeout: 300_000 }, async () => {
    let checked = 0;
    let responses = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 16 }), async (steps) => {
        number += 1;
        const histories: Generation[][] = VIEWS.map(() => []);
        let erasures = 0;
        let remembered = new Map<string, Buffer | null>();
        let dying: number | null = null;
        const events: RedisEvent[] = [];
        const servedAt = (view: number, generation: number): RegisteredView => {
          const { base = 0, asOf = 0, rows = new Map() } = histories[view]?.[generation - 1] ?? {};
          const known = VIEWS[view];
          if (known === undefined) throw new Error("no such view");
          const { name } = known.view;
          return {
            ...known,
            erasures,
            served: {
              generation,
              asOf: BigInt(asOf),
              table: `${name}_v1_g${generation}`,
              rows: rows.size,
              publishedAt: 1n,
              shared: { table: `${name}_v1_g${base}_rows`, changes: generation },
            },
          };
        };
        const historyOf = ({ view }: RegisteredView): readonly Generation[] =>
          histories[VIEWS.findIndex((each) => each.view.name === view.name)] ?? [];
        const rowsOf = (each: RegisteredView): Rows =>
          historyOf(each)[(each.served?.generation ?? 0) - 1]?.rows ?? new Map();
        const loaded = ([id, text]: readonly [string, string]): LoadedRow => {
          const [scope = "", key = ""] = id.split("/");
          return { scope, key, eventTime: text.length, values: [JSON.stringify(text), "7"] };
        };
        async function* inChunks<Item>(items: readonly Item[]): AsyncGenerator<Item[]> {
          for (const item of items) {
            yield [item];
            if (dying !== null && dying-- === 0) throw new Error("The process was killed");
          }
          if (dying !== null) throw new Error("The process was killed");
        }
        const createReplica = ({ client }: OpenTestRedis) =>
          createRedisOnlineStore({
            client,
            load: (each) => inChunks([...rowsOf(each)].map(loaded)),
            loadChanges: {
              changed: (each, since) => {
                const before = historyOf(each)[since - 1]?.rows ?? new Map();
                return inChunks([...rowsOf(each)].filter(([id, text]) => before.get(id) !== text).map(loaded));
              },
              removed: (each, since) => {
                const ids = [...(historyOf(each)[since - 1]?.rows ?? new Map<string, string>()).keys()];
                const gone = ids.filter((id) => !rowsOf(each).has(id));
                return inChunks(gone.map((id) => ({ scope: id.split("/")[0] ?? "", key: id.split("/")[1] ?? "" })));
              },
            },
            isPublished: async (each, generation, asOf) => historyOf(each)[generation - 1]?.asOf === Number(asOf),
            prefix: `${redis.prefix}_${number}`,
            identity: async () => "a",
            buckets: BUCKETS,
            onEvent: (event) => events.push(event),
          });
        const replicas = [createReplica(redis), createReplica(other)];
        const layout = { prefix: `${redis.prefix}_${number}:a`, buckets: BUCKETS };
        const buckets = bucketKeys(layout);

        // The same views for the same generations, as in one registry: a replica prepares them once.
        const selections = new Map<string, readonly OnlineView[]>();
        const selectionOf = (numbers: readonly number[]): readonly OnlineView[] => {
          const bases = numbers.map((generation, view) => histories[view]?.[generation - 1]?.base);
          const name = `${erasures} ${numbers} ${bases}`;
          const views =
            selections.get(name) ??
            numbers.map((generation, view) => {
              const each = servedAt(view, generation);
              return { registered: each, table: each.served?.table ?? "", tenantScoped: true };
            });
          selections.set(name, views);
          return views;
        };
        const readAt = async (replica: OnlineStore, numbers: readonly number[], tenant: string) => {
          const views = selectionOf(numbers);
          const results = await replica.readViews?.({ views, tenant, keys: KEYS, deadlineMs: 10_000 });
          return views.map((_, view) => results?.[view]);
        };
        const check = async () => {
          for (const lag of [0, 1, 2]) {
            const numbers = histories.map((history, view) => history.length - ((lag + view) % 3));
            if (numbers.some((generation) => generation < 1)) continue;
            for (const [index, replica] of replicas.entries()) {
              const scope = SCOPES[(lag + index) % SCOPES.length] ?? "";
              for (const [view, rows] of (await readAt(replica, numbers, scope)).entries()) {
                checked += KEYS.length;
                if (rows === undefined) continue;
                responses += KEYS.length;
                const right = histories[view]?.[(numbers[view] ?? 0) - 1]?.rows ?? new Map<string, string>();
                expect(
                  rows.map((row) => row && [JSON.parse(sliceOf(row, 0, 0)), sliceOf(row, 0, 1), row.eventTime]),
                ).toEqual(
                  KEYS.map((key) => {
                    const text = right.get(`${scope}/${key}`);
                    return text === undefined ? undefined : [text, `${JSON.stringify(text)},7`, text.length];
                  }),
                );
              }
            }
          }
        };
        const follow = async (replica: number, lag = 0) => {
          const served = histories.flatMap((history, view) => {
            const generation = history.length - lag;
            // A server that keeps an older generation for a while has it among the served ones.
            const stored = lag === 0 ? [generation] : [generation - 1, generation];
            return stored.filter((each) => each > 0).map((each) => servedAt(view, each));
          });
          await replicas[replica]?.follow?.(served);
        };

        const first = VIEWS.map(
          (_, view) => ({ kind: "publish", change: { view, isFull: true, changes: [] } }) as const,
        );
        for (const step of [...first, ...steps]) {
          switch (step.kind) {
            case "publish": {
              const generations = histories[step.change.view] ?? [];
              const generation = generations.length + 1;
              const previous = generations.at(-1);
              const isFull = step.change.isFull || previous === undefined;
              const rows = new Map(
                previous?.rows ??
                  KEYS.slice(0, 8).map((key) => [`/${key}`, `first ${key} of ${step.change.view}`] as const),
              );
              for (const { scope, key, isGone } of step.change.changes) {
                if (isGone) rows.delete(`${scope}/${key}`);
                else rows.set(`${scope}/${key}`, `${key} ✓ of ${step.change.view}, ${generation}`);
              }
              generations.push({ rows, base: isFull ? generation : previous.base, asOf: generation * 10 });
              break;
            }
            case "follow":
              await follow(step.replica, step.lag);
              break;
            case "both":
              await Promise.all([follow(0), check(), follow(1), check()]);
              break;
            case "die":
              dying = step.after;
              await follow(step.replica);
              dying = null;
              if (step.after % 2 === 1) await sweepBuckets(redis.client, layout, new AbortController().signal);
              break;
            case "lose":
              await redis.client.unlink(buckets[step.bucket] ?? "");
              break;
            case "sweep":
              await Promise.all([sweepBuckets(redis.client, layout, new AbortController().signal), check()]);
              break;
            case "remember":
              remembered = new Map();
              for (const key of buckets) remembered.set(key, await redis.client.dumpBuffer(key));
              break;
            case "turn_back": {
              const key = buckets[step.bucket] ?? "";
              const dump = remembered.get(key);
              if (dump) await redis.client.restore(key, 0, dump, "REPLACE");
              break;
            }
            case "erase": {
              erasures += 1;
              for (const generations of histories) {
                for (const [index, generation] of generations.entries()) {
                  const rows = new Map([...generation.rows].filter(([id]) => !id.endsWith(`/${step.key}`)));
                  generations[index] = { ...generation, rows };
                }
              }
              break;
            }
          }
          await check();
        }
        // Undisturbed, a replica loads everything that is served, whatever happened before.
        const newest = histories.map(({ length }) => length);
        if (replicas[0]) await readAt(replicas[0], newest, "");
        await follow(0);
        const last = replicas[0] && (await readAt(replicas[0], newest, ""));
        expect(last?.map((rows) => rows !== undefined)).toEqual(VIEWS.map(() => true));
        await check();
        // Each key has one readable row and at most one earlier row, and none from an abandoned load.
        await Promise.all(replicas.map((replica) => replica.close()));
        await sweepBuckets(redis.client, layout, new AbortController().signal);
        for (const bucket of buckets) {
          const fields = await redis.client.hgetall(bucket);
          const loadIds = Object.entries(fields).flatMap(([field, text]) => {
            const [, table] = /^(\w+):stamp$/.exec(field) ?? [];
            return table === undefined ? [] : [`${table}#${text.split(";").at(-1)}`];
          });
          const starts = Object.keys(fields).flatMap((field) => (field.includes("\0") ? [field.split("\0")[0]] : []));
          const loaded = Object.values(fields).flatMap((text) => /#\w+(?=;)/.exec(text)?.[0] ?? []);
          const isCurrent = (start = "") => loadIds.includes(start) || loaded.some((loadId) => start.endsWith(loadId));
          expect(starts.filter((start) => !isCurrent(start))).toEqual([]);
        }
      }),
      { numRuns: runs },
    );
    // Only few histories may consist of losses; a law without reads would prove nothing.
    expect(responses).toBeGreaterThan(checked / 20);
  });
});
