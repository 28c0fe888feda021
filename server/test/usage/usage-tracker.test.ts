import { describe, expect, test } from "vitest";
import type { ViewRead } from "../../src/usage/read-store";
import { createUsageTracker, readViews } from "../../src/usage/usage-tracker";

const DAY = 86_400_000_000;
const scores = readViews([
  { view: "scores", version: 1 },
  { view: "moods", version: 2 },
]);
const moods = readViews([{ view: "moods", version: 2 }]);

function open(options: { readonly maxPending?: number } = {}) {
  const noted: (readonly ViewRead[])[] = [];
  const faults: unknown[] = [];
  const time = { now: 20_000 * DAY, fails: false };
  const tracker = createUsageTracker({
    store: {
      async note(reads) {
        if (time.fails) throw new Error("away");
        noted.push(reads);
      },
    },
    clock: () => time.now,
    onFault: (error) => faults.push(error),
    flushMs: 3_600_000,
    ...options,
  });
  return { tracker, noted, faults, time };
}

describe("the usage tracker", () => {
  test("records each key and view once a day, and nothing for requests without a key", async () => {
    const { tracker, noted, time } = open();
    for (const key of ["a", "a", "b", null]) tracker.record(key, scores);
    tracker.record("a", moods);
    await tracker.flush();
    expect(noted).toEqual([
      [
        { keyId: "a", view: "scores", version: 1 },
        { keyId: "b", view: "scores", version: 1 },
        { keyId: "a", view: "moods", version: 2 },
        { keyId: "b", view: "moods", version: 2 },
      ],
    ]);
    tracker.record("a", moods);
    await tracker.flush();
    expect(noted.length).toBe(1);
    time.now += DAY;
    tracker.record("a", moods);
    await tracker.close();
    expect(noted[1]).toEqual([{ keyId: "a", view: "moods", version: 2 }]);
  });

  test("keeps records while the database is away, without affecting readers", async () => {
    const { tracker, noted, faults, time } = open();
    time.fails = true;
    tracker.record("a", moods);
    await tracker.flush();
    expect([faults.length, noted.length]).toEqual([1, 0]);
    time.fails = false;
    await tracker.close();
    expect(noted).toEqual([[{ keyId: "a", view: "moods", version: 2 }]]);
  });

  test("keeps at most the maximum number of records", async () => {
    const { tracker, noted } = open({ maxPending: 3 });
    for (let key = 0; key < 10; key += 1) tracker.record(`k${key}`, moods);
    await tracker.close();
    expect(noted[0]?.length).toBe(3);
  });
});
