import { expect, test } from "vitest";
import { createServingRegistry } from "../../src/services/serving-registry";
import type { OnlineStore } from "../../src/stores/online-store";
import type { RegisteredView } from "../../src/stores/registry";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";

const first = registered({ name: "mood", features: { energy: "float64" } });
const second = registered({ name: "mood", features: { energy: "float64" }, generation: 2 });

function createBlockedStore() {
  const requests: string[][] = [];
  const waiting: (() => void)[] = [];
  const store: OnlineStore & { follow: NonNullable<OnlineStore["follow"]> } = {
    name: "blocked",
    read: async () => undefined,
    readVectors: async () => undefined,
    follow: (served: readonly RegisteredView[]) =>
      new Promise((resolve) => {
        requests.push(served.map((view) => view.served?.table ?? ""));
        waiting.push(resolve);
      }),
    close: async () => undefined,
  };
  return {
    store,
    requests,
    letGo: () =>
      waiting.splice(0).forEach((resolve) => {
        resolve();
      }),
  };
}

test("the first snapshot is served at once, a later one when the store has loaded it, the old generation beside it", async () => {
  const { store, requests, letGo } = createBlockedStore();
  const registry = createFakeRegistry(snapshotOf(1, [first]));
  const serving = await createServingRegistry({ registry, onlineStore: store, pollMs: 1e6, onFault: () => undefined });
  expect(serving.revision()).toBe(1);
  letGo();
  const refreshed = serving.refresh();
  await expect.poll(() => requests.length).toBe(2);
  letGo();
  await refreshed;

  const before = serving.current();
  registry.publish(snapshotOf(2, [second]));
  await expect.poll(() => requests.length).toBe(3);
  expect(requests[2]).toEqual(["mood_v1_g1", "mood_v1_g2"]);
  expect(serving.current()).toBe(before);
  letGo();
  await expect.poll(() => serving.revision()).toBe(2);
  await expect.poll(() => requests.at(-1)).toEqual(["mood_v1_g2"]);
  // A request that took the old state keeps it whole.
  expect(before.snapshot.revision).toBe(1);
  letGo();
  await serving.close();
});

test("the newest registry is there before the store has loaded it, and read once for all who ask", async () => {
  const { store, requests, letGo } = createBlockedStore();
  const fake = createFakeRegistry(snapshotOf(1, [first]));
  let snapshots = 0;
  const registry = {
    ...fake,
    snapshot: () => {
      snapshots += 1;
      return fake.snapshot();
    },
    watch: async () => async () => undefined,
  };
  const serving = await createServingRegistry({ registry, onlineStore: store, pollMs: 1e6, onFault: () => undefined });
  letGo();
  const before = serving.current();
  expect(await serving.newest()).toBe(before);
  fake.publish(snapshotOf(2, [second]));
  const [newest, same] = await Promise.all([serving.newest(), serving.newest()]);
  expect(newest.snapshot.revision).toBe(2);
  expect(same).toBe(newest);
  expect(serving.current()).toBe(before);
  await expect.poll(() => requests.length).toBe(2);
  expect(snapshots).toBe(3);
  expect(await serving.newest()).toBe(newest);
  // Asking has told it to follow.
  letGo();
  await expect.poll(() => serving.revision()).toBe(2);
  letGo();
  await serving.close();
});

test("selections are let go with their snapshot", async () => {
  const registry = createFakeRegistry(snapshotOf(1, [first]));
  const { store } = createBlockedStore();
  const serving = await createServingRegistry({
    registry,
    onlineStore: { ...store, follow: async () => undefined },
    pollMs: 1e6,
    onFault: () => undefined,
  });
  const { selections } = serving.current();
  registry.publish(snapshotOf(2, [second]));
  await serving.refresh();
  expect(serving.current().selections).not.toBe(selections);
  await serving.close();
});

test("without a registry it says that it is starting, and comes up by itself", async () => {
  const registry = createFakeRegistry(snapshotOf(1, [first]));
  registry.fail(new Error("no connection"));
  const faults: unknown[] = [];
  const { store } = createBlockedStore();
  const serving = await createServingRegistry({
    registry,
    onlineStore: { ...store, follow: async () => undefined },
    pollMs: 1,
    onFault: (error) => faults.push(error),
  });
  expect(() => serving.current()).toThrow(expect.objectContaining({ code: "starting" }));
  expect(faults).not.toEqual([]);
  registry.fail(undefined);
  await expect.poll(() => serving.revision()).toBe(1);
  expect(serving.fault()).toBeNull();
  // A registry that goes away later leaves what is served as it is.
  registry.fail(new Error("gone"));
  await expect.poll(() => serving.fault()).not.toBeNull();
  expect(serving.current().snapshot.revision).toBe(1);
  await serving.close();
});
