import { expect, test } from "vitest";
import { createRenderedCaches } from "../../../src/serving/render/rendered-cache";
import { createFakeOnlineStore } from "../../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp, withKey } from "../../helpers/test-app";

const rendered = (text: string, validUntil = Number.POSITIVE_INFINITY) =>
  ({ text, status: "complete", statuses: "", validUntil, joined: null, details: null, answer: null }) as const;

test("returns a text until its time, and distinguishes ids exactly as they were sent", () => {
  const cache = createRenderedCaches(1e6).create();
  cache.set("7", rendered("number", 100));
  cache.set('"7"', rendered("text"));
  cache.set("-7", rendered("negative"));
  cache.set("12345678901", rendered("long"));
  expect(["7", '"7"', "-7", "12345678901", "07", "70"].map((id) => cache.get(id, 100)?.text)).toEqual([
    "number",
    "text",
    "negative",
    "long",
    undefined,
    undefined,
  ]);
  expect(cache.get("7", 101)).toBeUndefined();
});

test("evicts unused texts to stay within the budget, over all caches", () => {
  const caches = createRenderedCaches(100_000);
  const [busy, idle] = [caches.create(), caches.create()];
  idle.set("1", rendered("idle"));
  busy.set("1", rendered("kept"));
  for (let id = 2; id < 2000; id++) {
    busy.set(String(id), rendered("x".repeat(100)));
    expect(busy.get("1", 0)?.text).toBe("kept");
  }
  expect(idle.get("1", 0)).toBeUndefined();
  expect(busy.get("2", 0)).toBeUndefined();
  expect(busy.get("1999", 0)).toBeDefined();
  const none = createRenderedCaches(0).create();
  none.set("1", rendered("x"));
  expect(none.get("1", 0)).toBeUndefined();
});

test("uses the whole budget, whatever the order of requests", () => {
  const cache = createRenderedCaches(50_000).create();
  const ids = Array.from({ length: 100 }, (_, id) => String(id));
  for (const id of ids) cache.set(id, rendered("x".repeat(200)));
  for (let round = 0; round < 3; round++) {
    expect(ids.filter((id) => cache.get(id, 0) === undefined)).toEqual([]);
  }
});

test("a cached response expires with its row, and is dropped with its generation", async () => {
  const options = { name: "mood", features: { energy: "float64" as const }, ttlSeconds: 60 };
  const row = (value: string) => [{ scope: "", key: "7", eventTime: 1_000_000, values: [value] }];
  const registry = createFakeRegistry(snapshotOf(1, [registered(options)]));
  let now = 1_000_000;
  const {
    app,
    keyOf,
    registry: serving,
  } = await createTestApp({
    registry,
    onlineStore: createFakeOnlineStore(
      new Map([
        ["mood_v1_g1", row("0.1")],
        ["mood_v1_g2", row("0.2")],
      ]),
      true,
    ),
    clock: () => now,
  });
  const key = await keyOf();
  const single = async () => (await app.request("/api/features/7", withKey(key))).json();
  const batch = async () => (await app.request("/api/features/batch", withKey(key, { ids: [7] }))).json();
  const complete = { features: { mood: { energy: 0.1 } }, status: "complete" };
  for (let round = 0; round < 2; round++) {
    expect(await single()).toMatchObject(complete);
    expect(await batch()).toMatchObject({ rows: [[0.1]], status: ["complete"] });
  }
  now += 60_000_000;
  expect(await single()).toMatchObject(complete);
  now += 1;
  expect(await single()).toMatchObject({ features: { mood: { energy: null } }, status: "expired" });
  expect(await batch()).toMatchObject({ rows: [[null]], status: ["expired"], statuses: [["expired"]] });
  now = 1_000_000;
  registry.publish(snapshotOf(2, [registered({ ...options, generation: 2 })]));
  await serving.refresh();
  expect(await single()).toMatchObject({ features: { mood: { energy: 0.2 } } });
});
