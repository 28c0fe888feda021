import type { Schedule } from "@featstore/definitions";
import { Cron } from "croner";
import { FeatstoreError } from "../../errors";
import { createBoundedMap } from "../bounded-map";

/** The times of a schedule. Instants are microseconds since 1970 UTC. */
export interface CronTimes {
  /** The first one after the instant; null: none comes. */
  next(after: bigint): bigint | null;
  /** The newest one that is not after the instant; null: there was none. */
  latest(at: bigint): bigint | null;
}

/**
 * Reads a schedule. A time that a change to summer time leaves out comes at the first moment after the gap, and one that a
 * change to winter time has twice comes once, unless its hour is `*`.
 *
 * @throws FeatstoreError `schedule_invalid`
 * @example cronTimes({ cron: "0 3 * * *", zone: "UTC" }).next(now)
 */
export function cronTimes({ cron, zone }: Schedule): CronTimes {
  try {
    // The library would take the machine's own zone.
    if (zone === "") throw new Error("it names no time zone");
    const job = new Cron(cron, { paused: true, mode: "5-part", timezone: zone });
    // The library looks at the zone only when it is asked for a time.
    job.nextRun(new Date(0));
    return remembering({
      next: (after) => microsOf(job.nextRun(dateOf(after)) ?? undefined),
      // The library gives the one before, and knows nothing below the millisecond.
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

/** The same times, without a search while an instant lies between the two that were found last. */
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

/** Reads schedules; one of `createCronReader` reads each but once. */
export type CronReader = (schedule: Schedule) => CronTimes;

export function createCronReader(): CronReader {
  const known = createBoundedMap<CronTimes>(1000);
  return (schedule) => {
    const text = scheduleText(schedule);
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

/** `0 3 * * * UTC` */
export function scheduleText({ cron, zone }: Schedule): string {
  return `${cron} ${zone}`;
}
