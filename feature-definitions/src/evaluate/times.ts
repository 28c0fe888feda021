const SECOND = 1_000_000n;
export const DAY = 86_400n * SECOND;

export interface CalendarDate {
  /** 0 is the year before 1. */
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const floorDivide = (a: bigint, b: bigint): bigint => (a >= 0n || a % b === 0n ? a / b : a / b - 1n);

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01. Counts years from March, so that the leap day comes last. */
export function dayNumber({ year, month, day }: CalendarDate): number {
  const fromMarch = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(fromMarch / 4) - Math.floor(fromMarch / 100) + Math.floor(fromMarch / 400);
  return fromMarch * 365 + leapDays + dayOfYear - 719_468;
}

const DAYS_IN_400_YEARS = 146_097;

export function calendarDate(days: number): CalendarDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / DAYS_IN_400_YEARS);
  const dayOfEra = shifted - era * DAYS_IN_400_YEARS;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}

export const twoDigits = (value: number): string => String(value).padStart(2, "0");

export function printDate({ year, month, day }: CalendarDate): string {
  const shown = String(year > 0 ? year : 1 - year).padStart(4, "0");
  return `${shown}-${twoDigits(month)}-${twoDigits(day)}${year > 0 ? "" : " BC"}`;
}

const dateText = /^(\d{4,})-(\d\d)-(\d\d)( BC)?$/;

export function readDate(text: string): CalendarDate {
  const [, year = "", month = "", day = "", era] = dateText.exec(text) ?? [];
  return { year: era === undefined ? Number(year) : 1 - Number(year), month: Number(month), day: Number(day) };
}

export function isDateText(text: string): boolean {
  return dateText.test(text);
}

export function compareDates(left: string, right: string): number {
  if (left === right) return 0;
  if (left.length === 10 && right.length === 10) return left < right ? -1 : 1;
  return dayNumber(readDate(left)) - dayNumber(readDate(right));
}

export function daysBetween(start: string, end: string): number {
  return dayNumber(readDate(end)) - dayNumber(readDate(start));
}

/** Midnight in UTC. */
export function instantOfDate(date: string): bigint {
  return BigInt(dayNumber(readDate(date))) * DAY;
}

/** The date in UTC. */
export function dateOfInstant(instant: bigint): string {
  return printDate(calendarDate(Number(floorDivide(instant, DAY))));
}

/** A date in the years 1 to 9999 from its digits; null if the calendar has no such date. */
function checkedDate(year: string, month: string, day: string): CalendarDate | null {
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  return date.year > 0 && date.day <= daysInMonth(date.year, date.month) ? date : null;
}

const space = "[ \\t\\n\\r]*";
const date = "(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])";
const clock = "([01]\\d|2[0-3]):([0-5]\\d)(?::([0-5]\\d)(?:\\.(\\d+))?)?";
const offset = "(?:[Zz]|([-+])(0\\d|1[0-5]):?([0-5]\\d)?)";
const wholeDate = new RegExp(`^${space}${date}${space}$`);
const wholeInstant = new RegExp(`^${space}${date}(?:[T ]${clock} ?${offset}?)?${space}$`);

export function parseDate(text: string): string | null {
  const [, year, month, day] = wholeDate.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  return checkedDate(year, month, day) && `${year}-${month}-${day}`;
}

/** Parses an ISO 8601 instant; UTC unless it has an offset. */
export function parseInstant(text: string): bigint | null {
  const match = wholeInstant.exec(text);
  if (!match) return null;
  const [, year = "", month = "", day = "", hour = "0", minute = "0", second = "0", fraction = ""] = match;
  const [sign = "+", hours = "0", minutes = "0"] = match.slice(8);
  const found = checkedDate(year, month, day);
  if (!found) return null;
  const ahead = (Number(hours) * 3600 + Number(minutes) * 60) * (sign === "-" ? -1 : 1);
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) - ahead;
  return BigInt(dayNumber(found)) * DAY + BigInt(seconds) * SECOND + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}

/** Seconds since 1970-01-01T00:00:00Z, as the nearest float. */
export function epochSeconds(instant: bigint): number {
  const isExact = instant >= -(2n ** 53n) && instant <= 2n ** 53n;
  return isExact ? Number(instant) / 1e6 : Number(`${instant}e-6`);
}

export interface UtcParts extends CalendarDate {
  readonly hour: number;
  /** 1 is Monday. */
  readonly dayOfWeek: number;
  readonly dayOfYear: number;
}

export function utcParts(instant: bigint): UtcParts {
  const days = floorDivide(instant, DAY);
  const number = Number(days);
  const found = calendarDate(number);
  return {
    ...found,
    hour: Number((instant - days * DAY) / (3600n * SECOND)),
    dayOfWeek: ((((number + 3) % 7) + 7) % 7) + 1,
    dayOfYear: number - dayNumber({ year: found.year, month: 1, day: 1 }) + 1,
  };
}
