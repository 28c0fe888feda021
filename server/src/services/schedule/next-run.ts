import type { FeatureView, Schedule } from "@featstore/definitions";
import type { RegisteredView } from "../../stores/registry";
import type { RunMode, ScheduleState } from "../../stores/schedule-store";
import { type CronReader, type CronTimes, cronTimes, scheduleText } from "./cron-times";

/** Whoever says nothing else: in the night, and not when everybody's scheduled work begins. */
const NIGHTLY: Schedule = { cron: "17 3 * * *", zone: "UTC" };

/** When a view version is to be materialized next, and why. */
export interface NextRun {
  readonly reason: "schedule" | "freshness" | "reconcile" | "retry";
  /** Due from then on: microseconds since 1970 UTC. */
  readonly at: bigint;
  readonly mode: RunMode;
  /** The newest time of the schedule that the run sees to; null where its freshness drives it. */
  readonly seenAt: bigint | null;
  readonly schedule: string | null;
}

/** Whether the scheduler sees to a view at all. */
export function isScheduled({ schedule, freshnessSeconds }: FeatureView): boolean {
  return schedule !== undefined || freshnessSeconds !== undefined;
}

/**
 * The next run of a view version; null where there is none. A failed one is tried again before anything else, and times
 * that were missed meanwhile are one run.
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
    schedule: schedule === undefined ? null : scheduleText(schedule),
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

/** The first time that nobody saw to. */
function scheduleDue(
  times: CronTimes,
  { appliedAt }: RegisteredView,
  state: ScheduleState | undefined,
  schedule: string | null,
): bigint | null {
  const seenAt = state?.seenAt ?? appliedAt;
  // Of a schedule that was changed, times before the change mean nothing.
  return times.next(state?.schedule === schedule ? seenAt : max(seenAt, appliedAt));
}

/**
 * Half of the promise before it breaks, earlier by as long as a run takes. Runs keep a tenth of the promise apart, however
 * long they take: one that cannot be kept must not take the database.
 */
function freshnessDue({ view, served, appliedAt }: RegisteredView, state: ScheduleState | undefined): bigint {
  const promise = BigInt(Math.round((view.freshnessSeconds ?? 0) * 1_000_000));
  const run = BigInt(Math.round((state?.publishedMs ?? 0) * 1000));
  const pause = max(promise / 2n - run, promise / 10n);
  const begun = state?.lastRun?.startedAt;
  const due = (served?.asOf ?? appliedAt) + pause;
  return begun === undefined ? due : max(due, begun + promise / 10n);
}

function max(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
