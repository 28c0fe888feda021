import { type CronReader, cronTimes } from "../core/index";
import { materializationTargets } from "../materialization/index";
import type { RegisteredView, RegistrySnapshot } from "../registry/index";
import { isScheduled, type NextRun, nextRun } from "./next-run";
import type { ScheduleState } from "./schedule-store";

/** The age of a view version's served generation and its promised freshness. */
export interface ViewAge {
  readonly registered: RegisteredView;
  /** Age of the served generation's as-of time; null before the first generation. */
  readonly ageSeconds: number | null;
  /** Null if no freshness is promised. */
  readonly promiseSeconds: number | null;
  /** True if the age exceeds the promise; before the first publish, the time since it was applied counts. */
  readonly isStale: boolean;
}

/** The due state of a view version. */
export interface ViewDue {
  /** Null if it is not scheduled or its schedule is invalid. */
  readonly next: NextRun | null;
  /** Seconds by which the next run is overdue, else 0. */
  readonly lagSeconds: number;
  /** The fault of an invalid schedule. */
  readonly fault: string | null;
}

/** Returns the age of every version that is served or about to be, by name. */
export function viewAges(snapshot: RegistrySnapshot, now: bigint): readonly ViewAge[] {
  return materializationTargets(snapshot, undefined).map((registered) => {
    const { view, served, appliedAt } = registered;
    const promiseSeconds = view.freshnessSeconds ?? null;
    const since = secondsBetween(served?.asOf ?? appliedAt, now);
    return {
      registered,
      ageSeconds: served === null ? null : since,
      promiseSeconds,
      isStale: promiseSeconds !== null && since > promiseSeconds,
    };
  });
}

export function viewDue(
  registered: RegisteredView,
  state: ScheduleState | undefined,
  now: bigint,
  read: CronReader = cronTimes,
): ViewDue {
  try {
    const next = nextRun(registered, state, now, read);
    return { next, lagSeconds: next === null ? 0 : Math.max(0, secondsBetween(next.at, now)), fault: null };
  } catch (error) {
    return { next: null, lagSeconds: 0, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Returns the label (`speech_sentiment@2`) of each version with an invalid schedule. */
export function unreadableSchedules(snapshot: RegistrySnapshot, now: bigint, read: CronReader): readonly string[] {
  return materializationTargets(snapshot, undefined)
    .filter((registered) => isScheduled(registered.view) && viewDue(registered, undefined, now, read).fault !== null)
    .map(({ view }) => `${view.name}@${view.version}`);
}

function secondsBetween(from: bigint, to: bigint): number {
  return Number(to - from) / 1_000_000;
}
