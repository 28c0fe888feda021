export const SECOND = 1_000_000n;
export const DAY = 86_400n * SECOND;

export const floorDivide = (a: bigint, b: bigint): bigint => (a % b < 0n ? a / b - 1n : a / b);

/** `2026-01-01T00:00:00.123456Z` */
export function printInstant(microseconds: bigint): string {
  const seconds = floorDivide(microseconds, SECOND);
  const rest = (microseconds - seconds * SECOND).toString().padStart(6, "0");
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${rest}Z`;
}

/** Replaces `Date.UTC`, which reads the years 0 to 99 as 1900 to 1999. */
export function utcDate(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

/** Microseconds of a calendar date and a time of day in UTC; undefined if there is no such date. */
export function instantOf(parts: readonly [number, number, number, number, number, number]): bigint | undefined {
  const [year, month, day, hour, minute, second] = parts;
  const date = utcDate(year, month, day);
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return BigInt(date.getTime()) * 1000n + BigInt(hour * 3600 + minute * 60 + second) * SECOND;
}

/** The zone's offset from UTC at an instant. */
export function zoneOffset(microseconds: bigint, zone: string): bigint {
  if (zone === "UTC") return 0n;
  const whole = floorDivide(microseconds, SECOND) * 1000n;
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(new Date(Number(whole)));
  const text = (type: string) => parts.find((each) => each.type === type)?.value;
  const part = (type: string): number => Number(text(type));
  const year = text("era") === "BC" ? 1 - part("year") : part("year");
  const date = utcDate(year, part("month"), part("day")).getTime();
  const local = date + (part("hour") * 3600 + part("minute") * 60 + part("second")) * 1000;
  return BigInt(local) * 1000n - whole * 1000n;
}

/** The instant as local time in the zone, without an offset: `2026-01-01 01:00:00.123456`. */
export function printLocal(microseconds: bigint, zone: string): string {
  return printInstant(microseconds + zoneOffset(microseconds, zone))
    .replace("T", " ")
    .replace("Z", "");
}
