import {
  type CalendarDate,
  calendarDate,
  DAY,
  dayNumber,
  floorDivide,
  parseDate,
  parseInstant,
  printDate,
  readDate,
  twoDigits,
} from "./times";

const SECOND = 1_000_000n;

/** ISO 8601, as a JavaScript `Date` writes it: outside the years 1 to 9999 with a sign and six digits of the year. */
function isoDate({ year, month, day }: CalendarDate): string {
  const digits = String(Math.abs(year));
  const shown =
    year > 0 && year <= 9999 ? digits.padStart(4, "0") : `${year < 0 ? "-" : "+"}${digits.padStart(6, "0")}`;
  return `${shown}-${twoDigits(month)}-${twoDigits(day)}`;
}

const farDate = /^([-+]\d{6,7})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)\.(\d{6})Z)?$/;

function farMatch(text: string) {
  const [, year, month, day, ...clock] = farDate.exec(text) ?? [];
  if (year === undefined) return null;
  return { date: { year: Number(year), month: Number(month), day: Number(day) }, clock: clock.map(Number) };
}

/**
 * Formats an instant, in microseconds since 1970 UTC, as in responses.
 *
 * @example instantText(1_767_225_600_123_456n) // "2026-01-01T00:00:00.123456Z"
 * @example instantText(-63_517_824_000_000_000n) // "-000043-03-15T00:00:00.000000Z"
 */
export function instantText(micros: bigint): string {
  const days = floorDivide(micros, DAY);
  const ofDay = micros - days * DAY;
  const seconds = Number(ofDay / SECOND);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(":");
  return `${isoDate(calendarDate(Number(days)))}T${clock}.${String(ofDay % SECOND).padStart(6, "0")}Z`;
}

/** Parses a text written by `instantText`; null for any other text. */
export function instantOfText(text: string): bigint | null {
  const far = farMatch(text);
  if (!far) return parseInstant(text);
  const [hours = 0, minutes = 0, seconds = 0, micros = 0] = far.clock;
  return BigInt(dayNumber(far.date)) * DAY + BigInt(hours * 3600 + minutes * 60 + seconds) * SECOND + BigInt(micros);
}

/**
 * Formats a date of the expression language as in responses.
 *
 * @example dateText("0044-03-15 BC") // "-000043-03-15"
 */
export function dateText(date: string): string {
  return isoDate(readDate(date));
}

/** Parses a text written by `dateText` into a date of the expression language; null for any other text. */
export function dateOfText(text: string): string | null {
  const far = farMatch(text);
  return far ? printDate(far.date) : parseDate(text);
}

/** Like `dateOfText`, as days since 1970-01-01. */
export function dayOfText(text: string): number | null {
  const date = dateOfText(text);
  return date === null ? null : dayNumber(readDate(date));
}
