import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createGuardedOnlineStore, type GuardedOutcome } from "../../../src/serving/online-store/guarded-online-store";
import {
  type OnlineReadRequest,
  type OnlineRow,
  type OnlineStore,
  OnlineStoreError,
} from "../../../src/serving/online-store/online-store";
import { packRow } from "../../../src/serving/online-store/packed-row";
import { createTieredOnlineStore } from "../../../src/serving/online-store/tiered-online-store";
import { registered } from "../../helpers/serving-fixture";

const request: OnlineReadRequest = {
  registered: registered({ name: "mood", features: { mood: "string" } }),
  table: "mood_v1_g1",
  scope: "",
  keys: ["7"],
  deadlineMs: 1000,
};
const row = (text: string): OnlineRow => packRow(5, [text]);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const storeOf = (read: OnlineStore["read"]): OnlineStore => ({
  name: "first",
  read,
  readVectors: async () => undefined,
  close: async () => undefined,
});

test("waits for a hanging store no longer than the maximum, and gives the next store the rest of the deadline", async () => {
  const outcomes: GuardedOutcome[] = [];
  const deadlines: number[] = [];
  const tiered = createTieredOnlineStore([
    createGuardedOnlineStore(
      storeOf(() => new Promise(() => undefined)),
      { maxMs: 200, onOutcome: (outcome) => outcomes.push(outcome) },
    ),
    storeOf(async ({ deadlineMs }) => {
      deadlines.push(deadlineMs);
      return [row('"database"')];
    }),
  ]);
  const answer = tiered.read(request);
  await vi.advanceTimersByTimeAsync(200);
  expect((await answer)?.[0]?.text).toBe('"database"');
  const short = tiered.read({ ...request, deadlineMs: 100 });
  await vi.advanceTimersByTimeAsync(50);
  expect((await short)?.[0]?.text).toBe('"database"');
  expect(deadlines).toEqual([800, 50]);
  expect(outcomes).toEqual(["timeout", "timeout"]);
});

test("skips a store for a while after consecutive failures, and then tries it with one read", async () => {
  const outcomes: GuardedOutcome[] = [];
  let requests = 0;
  let isBroken = true;
  const guarded = createGuardedOnlineStore(
    storeOf(async () => {
      requests += 1;
      if (isBroken) throw new OnlineStoreError("unavailable", "away");
      return [row("1")];
    }),
    { failures: 3, openMs: 1000, onOutcome: (outcome) => outcomes.push(outcome) },
  );
  for (let read = 0; read < 5; read++) expect(await guarded.read(request)).toBeUndefined();
  expect([requests, outcomes]).toEqual([3, ["failed", "failed", "failed", "skipped", "skipped"]]);
  isBroken = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect((await guarded.read(request))?.[0]?.text).toBe("1");
  expect(requests).toBe(4);
});

test("reads with little time left do not open the breaker, and wait at most half of it", async () => {
  const outcomes: GuardedOutcome[] = [];
  const guarded = createGuardedOnlineStore(
    storeOf(
      () =>
        new Promise((resolve) => {
          setTimeout(() => resolve([row("1")]), 50);
        }),
    ),
    { failures: 2, maxMs: 200, onOutcome: (outcome) => outcomes.push(outcome) },
  );
  for (let read = 0; read < 4; read++) {
    const answer = guarded.read({ ...request, deadlineMs: 2 });
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toBeUndefined();
  }
  const answer = guarded.read(request);
  await vi.advanceTimersByTimeAsync(50);
  expect((await answer)?.[0]?.text).toBe("1");
  expect(outcomes).toEqual(["timeout", "timeout", "timeout", "timeout", "answered"]);
});

test("reads several views in one call, and asks the next store only for the missing ones", async () => {
  const outcomes: GuardedOutcome[] = [];
  const other = { ...request, table: "other_v1_g1" };
  const tiered = createTieredOnlineStore([
    createGuardedOnlineStore(
      {
        ...storeOf(async () => undefined),
        readViews: async ({ views }) => views.map(({ table }) => (table === request.table ? [row("1")] : undefined)),
      },
      { onOutcome: (outcome) => outcomes.push(outcome) },
    ),
    storeOf(async () => [row("2")]),
  ]);
  const views = [request, other].map((each) => ({ ...each, tenantScoped: false }));
  const requests = tiered.readViews?.({ views, tenant: "", keys: request.keys, deadlineMs: 1000 });
  await vi.runAllTimersAsync();
  expect((await requests)?.map((rows) => rows?.[0]?.text)).toEqual(["1", undefined]);
  expect((await tiered.read({ ...other, isRetry: true }))?.[0]?.text).toBe("2");
  expect(outcomes).toEqual(["answered"]);
});
