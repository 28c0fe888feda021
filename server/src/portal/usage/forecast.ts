import { daysIn, monthOf } from "../parts/times";
import type { Measure, MonthUsage } from "../portal-services";

/** The share of a limit at which its meter turns amber, and a notice is sent. */
export const NEAR = 0.8;

/** Full days from the month's first request on that a pace needs: fewer say nothing about the rest of the month. */
const MIN_DAYS = 3;

/** The course of one measure in a month. */
export interface Course {
  /** The sum at the end of each day, from day 1 to the last one counted. */
  readonly sums: readonly number[];
  readonly daysOfMonth: number;
  /**
   * The sum expected at the end of the month, at the pace of the last 7 full days; null: the month has ended, or fewer
   * than 3 full days have passed since its first request.
   */
  readonly expected: number | null;
  /** The day on which the limit will be reached at that pace; null: not in this month. */
  readonly reachedOn: number | null;
}

export function courseOf(usage: MonthUsage, measure: Measure, now: Date): Course {
  const daysOfMonth = daysIn(usage.month);
  const isCurrent = usage.month === monthOf(now);
  const lastDay = isCurrent ? now.getUTCDate() : daysOfMonth;
  const ofDay = new Map(usage.days.map((day) => [day.day, day[measure]]));
  const counts = Array.from({ length: lastDay }, (_, index) => ofDay.get(index + 1) ?? 0);
  const sums: number[] = [];
  for (const count of counts) sums.push((sums.at(-1) ?? 0) + count);
  const used = sums.at(-1) ?? 0;
  const firstDay = Math.min(...usage.days.filter(({ requests }) => requests > 0).map(({ day }) => day));
  // Without today, which is not over.
  const recent = counts.slice(firstDay - 1, -1).slice(-7);
  if (!isCurrent || recent.length < MIN_DAYS) return { sums, daysOfMonth, expected: null, reachedOn: null };
  const pace = recent.reduce((total, count) => total + count, 0) / recent.length;
  const limit = usage.limits[measure];
  const left = limit === null ? Number.POSITIVE_INFINITY : limit - used;
  const day = pace > 0 && left > 0 ? lastDay + Math.ceil(left / pace) : Number.POSITIVE_INFINITY;
  return {
    sums,
    daysOfMonth,
    expected: Math.round(used + pace * (daysOfMonth - lastDay)),
    reachedOn: day <= daysOfMonth ? day : null,
  };
}
