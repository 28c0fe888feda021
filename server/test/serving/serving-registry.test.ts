import { expect, test } from "vitest";
import type { RegisteredView } from "../../src/registry/registry";
import type { OnlineStore } from "../../src/serving/online-store/online-store";
import { createServingRegistry } from "../../src/serving/serving-registry";
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
    release: () =>
      waiting.splice(0).forEach((resolve) => {
        resolve();
      }),
  };
}

test("serves the first snapshot at once, and a later one after the store has loaded it, keeping the old generation", async () => {
  const { store, requests, release } = createBlockedStore();
  const registry = createFakeRegistry(snapshotOf(1, [first]));
  const serving = await createServingRegistry({ registry, onlineStore: store, pollMs: 1e6, onFault: () => undefined });
  expect(serving.revision()).toBe(1);
  release();
  const refreshed = serving.refresh();
  await expect.poll(() => requests.length).toBe(2);
  release();
  await refreshed;

  const before = serving.current();
  registry.publish(snapshotOf(2, [second]));
  await expect.poll(() => requests.length).toBe(3);
  expect(requests[2]).toEqual(["mood_v1_g1", "mood_v1_g2"]);
  expect(serving.current()).toBe(before);
  release();
  await expect.poll(() => serving.revision()).toBe(2);
  await expect.poll(() => requests.at(-1)).toEqual(["mood_v1_g2"]);
  // A request with the old state keeps all of it.
  expect(before.snapshot.revision).toBe(1);
  release();
  await serving.close();
});

test("reads the newest registry before the store has loaded it, once for all callers", async () => {
  const { store, requests, release } = createBlockedStore();
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
  release();
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
  // The call made it follow the newest registry.
  release();
  await expect.poll(() => serving.revision()).toBe(2);
  release();
  await serving.close();
});

test("releases selections with their snapshot", async () => {
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

test("reports that it is starting without a registry, and recovers by itself", async () => {
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
  // A later outage of the registry does not change the served state.
  registry.fail(new Error("gone"));
  await expect.poll(() => serving.fault()).not.toBeNull();
  expect(serving.current().snapshot.revision).toBe(1);
  await serving.close();
});
