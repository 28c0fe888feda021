/** Reads dates and times from the ASCII bytes that PostgreSQL prints with `datestyle` ISO. */

const ZERO = 48;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = (bytes[index] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Days since 1970-01-01 of `2026-01-31` at `start`, in the years 1 to 9999; undefined if the calendar has no such day. */
function dayAt(bytes: Uint8Array, start: number): number | undefined {
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 5, 2);
  const day = digits(bytes, start + 8, 2);
  if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45 || !(year >= 1 && month >= 1 && month <= 12 && day >= 1))
    return undefined;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (month === 2 && isLeap ? 29 : (DAYS[month - 1] as number))) return undefined;
  // Years from March, so that the leap day comes last.
  const fromMarch = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(fromMarch / 4) - Math.floor(fromMarch / 100) + Math.floor(fromMarch / 400);
  return fromMarch * 365 + leapDays + dayOfYear - 719_468;
}

/** Days since 1970-01-01; undefined for anything but a date in the years 1 to 9999. */
export function readDay(bytes: Uint8Array, start: number, end: number): number | undefined {
  return end - start === 10 ? dayAt(bytes, start) : undefined;
}

/** Seconds and microseconds since 1970 UTC. */
export interface Instant {
  seconds: number;
  micros: number;
}

/**
 * Reads `2026-01-31 12:30:00.123456+02` into `into`; UTC without an offset. Returns false for anything but a time in the years 1
 * to 9999 that is exact to the microsecond.
 */
export function readInstant(bytes: Uint8Array, start: number, end: number, into: Instant): boolean {
  const day = dayAt(bytes, start);
  const separator = bytes[start + 10];
  if (day === undefined || end - start < 19 || (separator !== 32 && separator !== 84)) return false;
  const hours = digits(bytes, start + 11, 2);
  const minutes = digits(bytes, start + 14, 2);
  const seconds = digits(bytes, start + 17, 2);
  if (bytes[start + 13] !== 58 || bytes[start + 16] !== 58 || !(hours < 24 && minutes < 60 && seconds < 60))
    return false;
  let at = start + 19;
  let micros = 0;
  if (at < end && bytes[at] === 46) {
    let unit = 100_000;
    at += 1;
    if (!isDigit(bytes[at], at < end)) return false;
    for (; isDigit(bytes[at], at < end); at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (unit < 1 && digit !== 0) return false;
      micros += Math.floor(digit * unit);
      unit = unit === 1 ? 0 : unit / 10;
    }
  }
  const ahead = offsetSeconds(bytes, at, end);
  if (ahead === undefined) return false;
  into.seconds = day * 86_400 + hours * 3600 + minutes * 60 + seconds - ahead;
  into.micros = micros;
  return into.seconds >= MIN_SECONDS && into.seconds <= MAX_SECONDS;
}

const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

function isDigit(byte: number | undefined, isInside: boolean): boolean {
  return isInside && byte !== undefined && byte >= ZERO && byte <= 57;
}

/** Seconds ahead of UTC of `Z`, `+02`, `-03:30` or `+00:53:28`; 0 without an offset. */
function offsetSeconds(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (at === end) return 0;
  const sign = bytes[at];
  if (sign === 90) return end === at + 1 ? 0 : undefined;
  if (sign !== 43 && sign !== 45) return undefined;
  const length = end - at;
  if (length !== 3 && length !== 6 && length !== 9) return undefined;
  const hours = digits(bytes, at + 1, 2);
  const minutes = length >= 6 ? digits(bytes, at + 4, 2) : 0;
  const seconds = length === 9 ? digits(bytes, at + 7, 2) : 0;
  if (length >= 6 && bytes[at + 3] !== 58) return undefined;
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return undefined;
  return (hours * 3600 + minutes * 60 + seconds) * (sign === 45 ? -1 : 1);
}
