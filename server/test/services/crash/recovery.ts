import { expect } from "vitest";
import type { Action, ChildOrder, Survey } from "./order";

// A process is killed in front of every statement of an action and within every one. After each death the old
// generation is served, the next run succeeds at once, and nothing of the dead one remains.

export type Moment = Pick<ChildOrder, "killAt" | "mode">;

/** Enough for a fill that takes a while. */
export const EVENTS = `
create table events (id bigint primary key, track_id bigint, value float8, created_at timestamptz);
insert into events
  select i, i % 10, i, timestamptz '2026-01-01 00:00:00Z' + i * interval '1 second' from generate_series(1, 100000) as i`;

export const actions: readonly Action[] = ["materialize", "incremental", "backfill", "apply"];

/**
 * In front of every statement and within it. Where a death leaves nothing but the folder, only what writes counts: within a write, and
 * after it (in front of the next statement), since in front of later statements the folder is the same.
 */
export function momentsOf(statements: number, writes?: readonly number[]): readonly Moment[] {
  const all = Array.from({ length: statements }, (_, index) => index + 1);
  return all.flatMap((killAt): Moment[] => [
    ...(writes === undefined || killAt === 1 || writes.includes(killAt - 1)
      ? [{ killAt, mode: "before" } as const]
      : []),
    ...(writes === undefined || writes.includes(killAt) ? [{ killAt, mode: "within" } as const] : []),
  ]);
}

/** Whole, whichever generation it is. */
function expectServedWhole(found: Survey): void {
  expect(found.servedGeneration).not.toBeNull();
  expect([found.servedRows, found.peopleRows]).toEqual([10, 10]);
}

/** As if nobody had ever died. */
function expectClean(found: Survey): void {
  expectServedWhole(found);
  expect(found.relations).toEqual(found.expectedRelations);
  expect([found.leases, found.runningRuns, found.unfinishedGenerations]).toEqual([0, 0, 0]);
  expect(found.applies).toBe(found.versions.length);
}

/** `before` is from after the death, `after` from after the next run; `last` from before the life that ended. */
export function expectRecovered(
  action: Action,
  last: Survey,
  before: Survey,
  failure: string | null,
  after: Survey,
): void {
  expectServedWhole(before);
  // All or nothing: a version is either wholly there or not at all.
  expect(before.applies).toBe(before.versions.length);
  expect(failure).toBeNull();
  expectClean(after);
  if (action !== "apply") {
    // What a run was after is in what it published.
    expect(after.wrongRows).toBe(0);
    expect(before.servedGeneration ?? 0).toBeGreaterThanOrEqual(last.servedGeneration ?? 0);
    expect(after.servedGeneration ?? 0).toBeGreaterThan(before.servedGeneration ?? 0);
  } else {
    expect(after.applies).toBeGreaterThan(last.applies);
  }
}
