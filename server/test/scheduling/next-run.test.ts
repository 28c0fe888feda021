import type { FeatureView } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RegisteredView } from "../../src/registry/registry";
import { nextRun } from "../../src/scheduling/next-run";
import { retryPause } from "../../src/scheduling/retry-pause";
import type { LastRun, ScheduleState } from "../../src/scheduling/schedule-store";
import { registered } from "../helpers/serving-fixture";

const micros = (text: string) => BigInt(Date.parse(text)) * 1000n;
const SECOND = 1_000_000n;
const MINUTE = 60n * SECOND;
const never = { cron: "0 0 29 2 *", zone: "UTC" };
const hourly = { cron: "0 * * * *", zone: "UTC" };
const APPLIED = micros("2026-01-01T10:30:00Z");

function viewWith(changes: Partial<FeatureView>, asOf: bigint | null = null): RegisteredView {
  const view = registered({ name: "scores", features: {}, generation: asOf === null ? null : 1 });
  const served = view.served === null || asOf === null ? null : { ...view.served, asOf };
  return { ...view, view: { ...view.view, reconcile: never, ...changes }, appliedAt: APPLIED, served };
}

const fresh: ScheduleState = {
  view: "scores",
  version: 1,
  schedule: "0 * * * * UTC",
  seenAt: null,
  claim: null,
  reconciledAt: null,
  failures: 0,
  failureCode: null,
  retryAt: null,
  skipped: 0,
  skippedAt: null,
  lastRun: null,
  publishedMs: null,
};

describe("a run by schedule", () => {
  const view = viewWith({ schedule: hourly });

  test("starts at the first time after the apply", () => {
    expect(nextRun(view, undefined, APPLIED)).toEqual({
      reason: "schedule",
      at: micros("2026-01-01T11:00:00Z"),
      mode: "incremental",
      seenAt: micros("2026-01-01T10:00:00Z"),
      schedule: "0 * * * * UTC",
    });
  });

  test("makes up for all missed times with one run for the newest of them", () => {
    const next = nextRun(view, { ...fresh, seenAt: micros("2026-01-01T11:00:00Z") }, micros("2026-01-05T08:20:00Z"));
    expect(next).toMatchObject({ at: micros("2026-01-01T12:00:00Z"), seenAt: micros("2026-01-05T08:00:00Z") });
    const after = nextRun(view, { ...fresh, seenAt: next?.seenAt ?? null }, micros("2026-01-05T08:20:00Z"));
    expect(after?.at).toBe(micros("2026-01-05T09:00:00Z"));
  });

  test("ignores times before a change of the schedule", () => {
    const state = { ...fresh, schedule: "0 3 * * * UTC", seenAt: micros("2026-01-01T03:00:00Z") };
    expect(nextRun(view, state, APPLIED)?.at).toBe(micros("2026-01-01T11:00:00Z"));
  });

  test("retries a failed run before anything else", () => {
    const state = { ...fresh, seenAt: APPLIED, failures: 3, retryAt: APPLIED + 240n * MINUTE };
    expect(nextRun(view, state, APPLIED + 120n * MINUTE)).toMatchObject({ reason: "retry", at: state.retryAt });
  });

  test("has no run for a view without schedule or freshness, and refuses an invalid schedule", () => {
    expect(nextRun(viewWith({}), undefined, APPLIED)).toBeNull();
    const broken = viewWith({ schedule: { cron: "often", zone: "UTC" } });
    expect(() => nextRun(broken, undefined, APPLIED)).toThrow(expect.objectContaining({ code: "schedule_invalid" }));
  });
});

describe("a run by freshness", () => {
  const asOf = micros("2026-01-01T12:00:00Z");
  const due = (seconds: number, state: Partial<ScheduleState> = {}, served: bigint | null = asOf) =>
    nextRun(viewWith({ freshnessSeconds: seconds }, served), { ...fresh, schedule: null, ...state }, asOf);

  test("is due at half of the freshness, minus the duration of a run", () => {
    expect(due(300)).toMatchObject({ reason: "freshness", at: asOf + 150n * SECOND, seenAt: null, schedule: null });
    expect(due(300, { publishedMs: 60_000 })?.at).toBe(asOf + 90n * SECOND);
  });

  test("keeps at least a tenth of the freshness between runs", () => {
    expect(due(300, { publishedMs: 600_000 })?.at).toBe(asOf + 30n * SECOND);
    const startedAt = asOf + 200n * SECOND;
    const lastRun: LastRun = {
      ...{ runId: "1", state: "published", asOf, startedAt },
      ...{ finishedAt: startedAt, failureCode: null, lease: null },
    };
    expect(due(300, { lastRun })?.at).toBe(startedAt + 30n * SECOND);
  });

  test("counts from the apply for a view that was never published", () => {
    expect(due(300, {}, null)?.at).toBe(APPLIED + 150n * SECOND);
  });

  test("is ignored when the view has a schedule", () => {
    const view = viewWith({ freshnessSeconds: 300, schedule: hourly }, asOf);
    expect(nextRun(view, undefined, APPLIED)).toMatchObject({ reason: "schedule" });
  });

  test("a run that starts when due and takes as long as the last one ends within the freshness", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 0.85, noNaN: true }),
        (seconds, part) => {
          const publishedMs = seconds * 1000 * part;
          const at = due(seconds, { publishedMs })?.at ?? 0n;
          expect(Number(at - asOf) / 1000 + publishedMs).toBeLessThanOrEqual(seconds * 1000);
        },
      ),
    );
  });
});

describe("reconciliation", () => {
  test("is due once a night, and makes the next run after it is due a full one", () => {
    const view = viewWith({ freshnessSeconds: 300 }, APPLIED + 1440n * MINUTE);
    const { reconcile: _none, ...nightly } = view.view;
    const night = micros("2026-01-02T03:17:00Z");
    const next = (now: bigint, reconciledAt: bigint | null) =>
      nextRun({ ...view, view: nightly }, { ...fresh, reconciledAt }, now);
    expect(next(night - MINUTE, null)).toMatchObject({ reason: "reconcile", at: night, mode: "incremental" });
    expect(next(night, null)).toMatchObject({ reason: "reconcile", at: night, mode: "reconcile" });
    expect(next(night + MINUTE, night + SECOND)).toMatchObject({ reason: "freshness", mode: "incremental" });
  });

  test("makes a retry after it is due full, too", () => {
    const view = viewWith({ schedule: hourly, reconcile: { cron: "0 11 * * *", zone: "UTC" } });
    const now = micros("2026-01-01T11:05:00Z");
    expect(nextRun(view, { ...fresh, retryAt: now }, now)).toMatchObject({ reason: "retry", mode: "reconcile" });
  });
});

test("retry pauses grow to an hour", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => retryPause(failures) / MINUTE)).toEqual([
    1n,
    2n,
    4n,
    8n,
    16n,
    32n,
    60n,
    60n,
    60n,
  ]);
});
