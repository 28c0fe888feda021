import type { FeatureView, Schedule } from "@featstore/definitions/compiler";
import { type CronReader, type CronTimes, cronTimes } from "../core/index";
import type { RegisteredView } from "../registry/index";
import type { RunMode, ScheduleState } from "./schedule-store";

/** The default schedule: at night, away from the full hour. */
const NIGHTLY: Schedule = { cron: "17 3 * * *", zone: "UTC" };

/** The next materialization of a view version, and its cause. */
export interface NextRun {
  readonly reason: "schedule" | "freshness" | "reconcile" | "retry";
  /** The due time in microseconds since 1970 UTC. */
  readonly at: bigint;
  readonly mode: RunMode;
  /** The latest scheduled time that the run covers; null for a run due to freshness. */
  readonly seenAt: bigint | null;
  readonly schedule: string | null;
}

/** Returns whether the scheduler runs a view. */
export function isScheduled({ schedule, freshnessSeconds }: FeatureView): boolean {
  return schedule !== undefined || freshnessSeconds !== undefined;
}

/**
 * Returns the next run of a view version; null if there is none. A failed run is retried first, and all missed times
 * become one run.
 *
 * @throws FeatstoreError `schedule_invalid`
 */
export function nextRun(
  registered: RegisteredView,
  state: ScheduleState | undefined,
  now: bigint,
  read: CronReader = cronTimes,
): NextRun | null {
  const { schedule, reconcile } = registered.view;
  if (!isScheduled(registered.view)) return null;
  const reconciling = read(reconcile ?? NIGHTLY);
  const reconciledAt = state?.reconciledAt ?? registered.appliedAt;
  const mode: RunMode = (reconciling.latest(now) ?? 0n) > reconciledAt ? "reconcile" : "incremental";
  const times = schedule === undefined ? null : read(schedule);
  const common = {
    mode,
    seenAt: times?.latest(now) ?? null,
    schedule: schedule === undefined ? null : `${schedule.cron} ${schedule.zone}`,
  };
  if (state?.retryAt != null) return { ...common, reason: "retry", at: state.retryAt };
  const candidates: readonly (readonly [NextRun["reason"], bigint | null])[] = [
    times === null
      ? ["freshness", freshnessDue(registered, state)]
      : ["schedule", scheduleDue(times, registered, state, common.schedule)],
    ["reconcile", reconciling.next(reconciledAt)],
  ];
  let first: NextRun | null = null;
  for (const [reason, at] of candidates) {
    if (at !== null && (first === null || at < first.at)) first = { ...common, reason, at };
  }
  return first;
}

/** The first scheduled time that no run has covered. */
function scheduleDue(
  times: CronTimes,
  { appliedAt }: RegisteredView,
  state: ScheduleState | undefined,
  schedule: string | null,
): bigint | null {
  const seenAt = state?.seenAt ?? appliedAt;
  // Times before a change of the schedule do not count.
  return times.next(state?.schedule === schedule ? seenAt : max(seenAt, appliedAt));
}

/**
 * Returns a due time that leaves half of the promised freshness, minus the duration of a run. Runs are at least a tenth of
 * the promise apart, however long they take: a promise that cannot be met must not overload the database.
 */
function freshnessDue({ view, served, appliedAt }: RegisteredView, state: ScheduleState | undefined): bigint {
  const promise = BigInt(Math.round((view.freshnessSeconds ?? 0) * 1_000_000));
  const run = BigInt(Math.round((state?.publishedMs ?? 0) * 1000));
  const pause = max(promise / 2n - run, promise / 10n);
  const lastStart = state?.lastRun?.startedAt;
  const due = (served?.asOf ?? appliedAt) + pause;
  return lastStart === undefined ? due : max(due, lastStart + promise / 10n);
}

function max(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
