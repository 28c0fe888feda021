import type { Schedule } from "@featstore/definitions/compiler";
import { Cron } from "croner";
import { createBoundedMap } from "./bounded-map";
import { FeatstoreError } from "./errors";

/** The times of a schedule. Instants are microseconds since 1970 UTC. */
export interface CronTimes {
  /** The first time after the instant; null if there is none. */
  next(after: bigint): bigint | null;
  /** The latest time that is not after the instant; null if there is none. */
  latest(at: bigint): bigint | null;
}

/**
 * Parses a schedule. A time that a change to summer time skips moves to the first moment after the gap. A time that a
 * change to winter time repeats occurs once, unless its hour is `*`.
 *
 * @throws FeatstoreError `schedule_invalid`
 * @example cronTimes({ cron: "0 3 * * *", zone: "UTC" }).next(now)
 */
export function cronTimes({ cron, zone }: Schedule): CronTimes {
  try {
    // The library would use the machine's zone.
    if (zone === "") throw new Error("the time zone is missing");
    const job = new Cron(cron, { paused: true, mode: "5-part", timezone: zone });
    // The library validates the zone only when it computes a time.
    job.nextRun(new Date(0));
    return remembering({
      next: (after) => microsOf(job.nextRun(dateOf(after)) ?? undefined),
      // `previousRuns` excludes the instant itself and has millisecond precision.
      latest: (at) => microsOf(job.previousRuns(1, new Date(dateOf(at).getTime() + 1))[0]),
    });
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    throw new FeatstoreError(
      "schedule_invalid",
      `The schedule "${cron.slice(0, 80)}" in "${zone.slice(0, 60)}" cannot be read: ${fault.slice(0, 200)}`,
      { cause: error },
    );
  }
}

/** Caches the times around the last instant, so that nearby instants need no search. */
function remembering(times: CronTimes): CronTimes {
  let latest: { readonly time: bigint; readonly until: bigint } | undefined;
  let next: { readonly from: bigint; readonly time: bigint } | undefined;
  const nextAfter = (after: bigint): bigint | null => {
    if (next !== undefined && next.from <= after && after < next.time) return next.time;
    const time = times.next(after);
    next = time === null ? undefined : { from: after, time };
    return time;
  };
  return {
    next: nextAfter,
    latest(at) {
      if (latest !== undefined && latest.time <= at && at < latest.until) return latest.time;
      const time = times.latest(at);
      const until = time === null ? null : times.next(time);
      latest = time === null || until === null ? undefined : { time, until };
      return time;
    },
  };
}

/** Parses schedules; readers of `createCronReader` parse each schedule once. */
export type CronReader = (schedule: Schedule) => CronTimes;

export function createCronReader(): CronReader {
  const known = createBoundedMap<CronTimes>(1000);
  return (schedule) => {
    const text = `${schedule.cron} ${schedule.zone}`;
    const times = known.get(text) ?? cronTimes(schedule);
    known.set(text, times);
    return times;
  };
}

function dateOf(micros: bigint): Date {
  return new Date(Number(micros / 1000n));
}

function microsOf(date: Date | undefined): bigint | null {
  return date === undefined ? null : BigInt(date.getTime()) * 1000n;
}
