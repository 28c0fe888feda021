const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const dayAndMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const fullDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const monthAndYear = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** @example dayText(date) // "25 Nov" */
export function dayText(date: Date): string {
  return dayAndMonth.format(date);
}

/** @example fullDayText(date) // "25 November 2026" */
export function fullDayText(date: Date): string {
  return fullDay.format(date);
}

/** @example instantText(date) // "25 November 2026, 14:02 UTC" */
export function instantText(date: Date): string {
  return `${fullDay.format(date)}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** @example monthText("2026-11") // "November 2026" */
export function monthText(month: string): string {
  return monthAndYear.format(monthStart(month));
}

/** @example agoText(date, now) // "3 h ago" */
export function agoText(date: Date, now: Date): string {
  const age = now.getTime() - date.getTime();
  if (age < 5 * SECOND) return "Just now";
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  if (age < 2 * DAY) return "Yesterday";
  if (age < 60 * DAY) return `${Math.floor(age / DAY)} days ago`;
  return fullDayText(date);
}

/** @example aheadText(date, now) // "in 6 days" */
export function aheadText(date: Date, now: Date): string {
  const left = date.getTime() - now.getTime();
  if (left < MINUTE) return "in less than a minute";
  if (left < HOUR) return `in ${Math.round(left / MINUTE)} min`;
  if (left < 2 * DAY) return `in ${Math.round(left / HOUR)} h`;
  if (left < 60 * DAY) return `in ${Math.round(left / DAY)} days`;
  return `on ${fullDayText(date)}`;
}

/** @example monthOf(new Date("2026-11-22T10:00:00Z")) // "2026-11" */
export function monthOf(date: Date): string {
  return date.toISOString().slice(0, 7);
}

export function monthStart(month: string): Date {
  return new Date(`${month}-01T00:00:00Z`);
}

/** A day of a month, counted from 1. */
export function dayOf(month: string, day: number): Date {
  return new Date(monthStart(month).getTime() + (day - 1) * DAY);
}

/** The month `by` months later. */
export function shiftMonth(month: string, by: number): string {
  const start = monthStart(month);
  return monthOf(new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + by, 1)));
}

export function daysIn(month: string): number {
  return Math.round((monthStart(shiftMonth(month, 1)).getTime() - monthStart(month).getTime()) / DAY);
}
