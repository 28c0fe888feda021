import { expect } from "vitest";
import type { Action, Moment, Survey } from "./order";

// A process is killed before every statement of an action and within every statement. After each death the old
// generation is served, the next run succeeds at once, and nothing of the dead process remains.

/** Enough rows for a fill that takes a while. */
export const EVENTS = `
create table events (id bigint primary key, track_id bigint, value float8, created_at timestamptz);
insert into events
  select i, i % 10, i, timestamptz '2026-01-01 00:00:00Z' + i * interval '1 second' from generate_series(1, 20000) as i`;

export const actions: readonly Action[] = ["materialize", "incremental", "backfill", "apply"];

/** CI kills at every third moment, `npm run verify:kills` at each. */
const EVERY_KILL = process.env.EVERY_KILL === "1";

/**
 * Kills before statements and within them. Where a kill leaves only the folder, only writes count: within a write and
 * right after it, since the folder is the same before later statements.
 */
export function momentsOf(statements: number, writes?: readonly number[]): readonly Moment[] {
  const all = Array.from({ length: statements }, (_, index) => index + 1);
  const moments = all.flatMap((statement): Moment[] => [
    ...(writes === undefined || statement === 1 || writes.includes(statement - 1)
      ? [{ statement, mode: "before" } as const]
      : []),
    ...(writes === undefined || writes.includes(statement) ? [{ statement, mode: "within" } as const] : []),
  ]);
  // An odd step, so that both modes occur.
  return EVERY_KILL ? moments : moments.filter((_, index) => index % 5 === 0);
}

/** Expects all rows of one generation, whichever it is. */
function expectServedWhole(survey: Survey): void {
  expect(survey.servedGeneration).not.toBeNull();
  expect([survey.servedRows, survey.peopleRows]).toEqual([10, 10]);
}

/** Expects the state of a history without deaths. */
function expectClean(survey: Survey): void {
  expectServedWhole(survey);
  expect(survey.relations).toEqual(survey.expectedRelations);
  expect([survey.leases, survey.runningRuns, survey.unfinishedGenerations]).toEqual([0, 0, 0]);
  expect(survey.applies).toBe(survey.versions.length);
}

/** `before` is from after the death, `after` from after the next run, `last` from before the life that ended. */
export function expectRecovered(
  action: Action,
  last: Survey,
  before: Survey,
  failure: string | null,
  after: Survey,
): void {
  expectServedWhole(before);
  // Atomicity: a version exists completely or not at all.
  expect(before.applies).toBe(before.versions.length);
  expect(failure).toBeNull();
  expectClean(after);
  if (action !== "apply") {
    // The published generation contains the change that the run processes.
    expect(after.wrongRows).toBe(0);
    expect(before.servedGeneration ?? 0).toBeGreaterThanOrEqual(last.servedGeneration ?? 0);
    expect(after.servedGeneration ?? 0).toBeGreaterThan(before.servedGeneration ?? 0);
  } else {
    expect(after.applies).toBeGreaterThan(last.applies);
  }
}
