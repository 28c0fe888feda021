import type { FeatureService } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AnswerSamplerOptions, createAnswerSampler } from "../../src/audit/answer-sampler";
import type { StoredAnswer } from "../../src/audit/audit-store";
import type { RegisteredView } from "../../src/registry/registry";
import { createFeatureReader } from "../../src/serving/features";
import { type OnlineStore, OnlineStoreError } from "../../src/serving/online-store/online-store";
import { createServingRegistry, type ServingRegistry } from "../../src/serving/serving-registry";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, play, registered, service, snapshotOf, track } from "../helpers/serving-fixture";

const NOW = 1_767_225_600_123_456;
const features = { mood: "string", plays: "int64" } as const;
const personal = (view: RegisteredView): RegisteredView => ({
  ...view,
  view: {
    ...view.view,
    features: view.view.features.map((feature) => ({ ...feature, contract: { ...feature.contract, pii: true } })),
  },
});
const row = (scope: string, key: string, values: readonly string[], eventTime: number | null = NOW - 1) => ({
  ...{ scope, key, values, eventTime },
});
const tables = new Map([
  ["scores_v2_g7", [row("", "1", ['"calm, \\"{}[]\\""', '"9007199254740993"']), row("", "2", ["null", '"0"'], null)]],
  ["old_v1_g1", [row("", "1", ['"calm"', '"1"'], NOW - 61_000_000)]],
  ["private_v1_g3", [row("acme", "1", ['"own"', '"2"'])]],
  ["others_v1_g1", [row("", "9007199254740993", ['"far"'])]],
  ["persons_v1_g1", [row("", "1", ['"sad"', '"3"'])]],
  ["counts_v1_g1", [row("", "A,b\u00007", ['"x"', '"4"'])]],
]);

const other = { ...track, name: "other", key: [{ name: "other_id", type: "int64" as const }] };
/** The store as if this process held no rows in memory. */
function waitedFor({ held: _held, ...store }: OnlineStore): OnlineStore {
  return store;
}

/** Joins another entity through a feature that it does not return. */
const led: FeatureService = {
  ...service("led", 1, "track", []),
  features: [
    { view: "scores", version: 2, feature: "mood" },
    { view: "others", version: 1, feature: "mood", through: { view: "scores", version: 2, feature: "plays" } },
  ],
};

describe("the sample of responses", () => {
  let stored: StoredAnswer[];
  let failure: Error | undefined;
  let faults: unknown[];
  let registry: ServingRegistry;
  const onlineStore = createFakeOnlineStore(tables, true);

  beforeEach(async () => {
    stored = [];
    faults = [];
    failure = undefined;
    registry = await createServingRegistry({
      registry: createFakeRegistry(
        snapshotOf(
          1,
          [
            registered({ name: "scores", version: 2, generation: 7, features }),
            registered({ name: "old", features, ttlSeconds: 60 }),
            registered({ name: "private", features, tenant: "tenant_id", generation: 3 }),
            personal(registered({ name: "persons", features })),
            registered({ name: "counts", entity: play, features }),
            registered({ name: "others", entity: other, features: { mood: "string" } }),
          ],
          [led],
        ),
      ),
      onlineStore,
      pollMs: 1_000_000,
      onFault: (error) => faults.push(error),
    });
    await registry.refresh();
  });
  afterEach(() => registry.close());

  const open = (options: Partial<AnswerSamplerOptions> = {}) => {
    const sampler = createAnswerSampler({
      store: {
        async save(answers) {
          if (failure !== undefined) throw failure;
          stored.push(...answers.flatMap((each) => ("service" in each ? [] : each)));
        },
      },
      every: 1,
      personal: false,
      retention: { rows: 10, days: 1 },
      flushMs: 1_000_000,
      onFault: (error) => faults.push(error),
      random: () => 0,
      ...options,
    });
    const reader = createFeatureReader({
      ...{ registry, onlineStore, clock: () => NOW, deadlineMs: 1000, maxIds: 10, defaultEntity: null },
      cacheBytes: 1e6,
      onResponse: sampler.onResponse,
    });
    return { sampler, reader };
  };

  test("stores the exact values of each view, with key, generation, scope and time", async () => {
    const { sampler, reader } = open();
    await reader.single("1", "features=scores,old,private&metadata=true", {
      tenant: "acme",
      keyId: "key1",
      grants: null,
    });
    await sampler.flush();
    const same = { entity: "track", key: ["1"], servedAt: BigInt(NOW), keyId: "key1" };
    expect(stored).toEqual([
      {
        ...same,
        ...{ view: "scores", version: 2, generation: 7, tenant: "", status: "complete" },
        values: '{"mood":"calm, \\"{}[]\\"","plays":"9007199254740993"}',
      },
      {
        ...same,
        ...{ view: "old", version: 1, generation: 1, tenant: "", status: "expired" },
        values: '{"mood":null,"plays":null}',
      },
      {
        ...same,
        ...{ view: "private", version: 1, generation: 3, tenant: "acme", status: "complete" },
        values: '{"mood":"own","plays":"2"}',
      },
    ]);
    expect(faults).toEqual([]);
    await sampler.close();
  });

  test("stores the same for single reads, batches and cached responses, also for unknown and composite keys", async () => {
    const { sampler, reader } = open();
    const query = "features=scores.plays,scores@2.mood";
    const batch = JSON.stringify({ entity: "track", ids: [1], features: ["scores.plays", "scores@2.mood"] });
    for (let time = 0; time < 2; time++) {
      await reader.single("1", query, null);
      await reader.batch(batch, null);
    }
    await sampler.flush();
    expect(stored).toHaveLength(8);
    expect(new Set(stored.map((answer) => `${answer.generation} ${answer.values} ${answer.keyId}`))).toEqual(
      new Set(['7 {"plays":"9007199254740993"} null', '7 {"mood":"calm, \\"{}[]\\""} null']),
    );
    stored.length = 0;
    await reader.single("999", "features=scores", null);
    await reader.single("2", "features=scores", null);
    await reader.batch('{"entity":"play","ids":[{"track_id":7,"artist":"A,b"}],"features":["counts"]}', null);
    await reader.single("A%2Cb,7", "features=counts", null);
    await sampler.close();
    expect(stored.map(({ status, key, values }) => [status, key, values])).toEqual([
      ["unknown_entity", ["999"], '{"mood":null,"plays":null}'],
      ["missing", ["2"], '{"mood":null,"plays":"0"}'],
      ["complete", ["A,b", "7"], '{"mood":"x","plays":"4"}'],
      ["complete", ["A,b", "7"], '{"mood":"x","plays":"4"}'],
    ]);
    expect(faults).toEqual([]);
  });

  test("stores views with personal features only when configured", async () => {
    const read = async (requests: boolean) => {
      stored.length = 0;
      const { sampler, reader } = open({ personal: requests });
      await reader.single("1", "features=scores.mood,persons.mood", null);
      await sampler.close();
      return stored.map(({ view }) => view);
    };
    expect(await read(false)).toEqual(["scores"]);
    expect(await read(true)).toEqual(["scores", "persons"]);
  });

  test("stores a joined row under the request's key and under its own key; neither when it timed out", async () => {
    const { sampler, reader } = open();
    const answers = async () => {
      await reader.batch('{"ids":[1],"service":"led"}', null);
      await sampler.flush();
      return stored.splice(0).map(({ view, entity, key, values }) => [view, entity, key, values]);
    };
    const own = (values: string) => ["scores", "track", ["1"], values];
    const key = '"9007199254740993"';
    expect(await answers()).toEqual([
      own(`{"mood":"calm, \\"{}[]\\"","plays":${key}}`),
      ["others", "other", ["9007199254740993"], '{"mood":"far"}'],
    ]);
    // A cached response stores the same.
    expect(await answers()).toHaveLength(2);
    onlineStore.failures.set("others_v1_g1", new OnlineStoreError("timeout", "too late"));
    const waiting = createFeatureReader({
      ...{ registry, onlineStore: waitedFor(onlineStore), clock: () => NOW, deadlineMs: 1000, maxIds: 10 },
      ...{ defaultEntity: null, onResponse: sampler.onResponse },
    });
    await waiting.batch('{"ids":[1],"service":"led"}', null);
    onlineStore.failures.clear();
    await sampler.close();
    expect(stored.map(({ view, entity, key: of, values }) => [view, entity, of, values])).toEqual([
      own('{"mood":"calm, \\"{}[]\\""}'),
    ]);
  });

  test("samples the configured share, and counts each row of a batch", async () => {
    const { sampler, reader } = open({ every: 10, random: () => 0.5 });
    // The first, and then every tenth: a gap is 1 + floor(0.5 × 19).
    for (let count = 0; count < 31; count++) await reader.single("1", "features=scores", null);
    await sampler.flush();
    expect(stored).toHaveLength(4);
    for (let count = 0; count < 10; count++) await reader.batch('{"ids":[1,2],"features":["scores"]}', null);
    await sampler.close();
    expect(stored).toHaveLength(6);
    expect(stored.at(-1)?.key).toEqual(["2"]);
  });

  test("drops and counts responses beyond the maximum, and keeps those that could not be written", async () => {
    const { sampler, reader } = open({ maxPending: 3 });
    for (let count = 0; count < 5; count++) await reader.single("1", "features=scores", null);
    expect(sampler.counts()).toEqual({ stored: 0, dropped: 2 });
    failure = new Error("the database is away");
    await sampler.flush();
    expect([faults, stored]).toEqual([[failure], []]);
    await reader.single("1", "features=scores", null);
    failure = undefined;
    await sampler.close();
    expect(stored).toHaveLength(3);
    expect(sampler.counts()).toEqual({ stored: 3, dropped: 3 });
  });

  test("stores the same for a single read and a batch, whatever the values are", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/), fc.json()), { minLength: 1, maxLength: 5 }),
        fc.string().filter((id) => id !== "" && !/[\0\uD800-\uDFFF]/.test(id) && id.trim() !== ""),
        async (values, artist) => {
          const named = new Map(values);
          const names = [...named.keys()].sort();
          const view = registered({
            name: "any",
            entity: play,
            features: Object.fromEntries(names.map((name) => [name, "json"])),
          });
          const table = [
            row(
              "",
              `${artist}\u00007`,
              names.map((name) => named.get(name) ?? "null"),
            ),
          ];
          const store = createFakeOnlineStore(new Map([["any_v1_g1", table]]), true);
          const followed = await createServingRegistry({
            registry: createFakeRegistry(snapshotOf(1, [view])),
            onlineStore: store,
            pollMs: 1_000_000,
            onFault: (error) => faults.push(error),
          });
          await followed.refresh();
          const { sampler } = open();
          const reader = createFeatureReader({
            ...{ registry: followed, onlineStore: store, clock: () => NOW, deadlineMs: 1000, maxIds: 10 },
            ...{ defaultEntity: null, onResponse: sampler.onResponse },
          });
          await reader.single(`${encodeURIComponent(artist)},7`, "features=any", null);
          await reader.batch(JSON.stringify({ ids: [{ artist, track_id: "7" }], features: ["any"] }), null);
          await sampler.close();
          await followed.close();
          expect(faults).toEqual([]);
          const expectedValues = `{${names.map((name) => `"${name}":${named.get(name)}`).join(",")}}`;
          expect(stored.splice(0)).toMatchObject([
            { key: [artist, "7"], values: expectedValues, status: "complete" },
            { key: [artist, "7"], values: expectedValues, status: "complete" },
          ]);
        },
      ),
      { numRuns: 100 },
    ));

  test("reads work without a listener", async () => {
    const reader = createFeatureReader({
      ...{ registry, onlineStore, clock: () => NOW, deadlineMs: 1000, maxIds: 10, defaultEntity: null },
    });
    const answer = await reader.single("1", "features=scores.mood", null);
    expect(JSON.parse(typeof answer === "string" ? answer : answer.body)).toMatchObject({ status: "complete" });
  });
});
