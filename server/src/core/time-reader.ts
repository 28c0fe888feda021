const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)? ?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const DAY_MS = 86_400_000;

/** Microseconds since 1970 UTC, or the fault of the text. */
export type ReadTime =
  | { readonly micros: bigint }
  | { readonly code: "spine_time_invalid" | "spine_time_zone_required"; readonly detail: string };

/**
 * Creates a parser of as-of times. A time without an offset, or a date, is read in `timeZone` and refused if that is null.
 * A time that the zone's clocks skip or show twice is refused as well.
 *
 * @example createTimeReader("Europe/Berlin")("2026-01-31 12:00:00.123456") // { micros: 1769857200123456n }
 */
export function createTimeReader(timeZone: string | null): (text: string) => ReadTime {
  const offsetOf = timeZone === null ? undefined : zoneOffsets(timeZone);
  return (text) => {
    const match = FORM.exec(text);
    if (match === null)
      return invalid(`expected a time such as 2026-01-31T12:00:00.123456Z, got "${text.slice(0, 60)}"`);
    const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", offset] = match;
    const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (Number.isNaN(wall) || hour === "24" || !new Date(wall).toISOString().startsWith(`${year}-${month}-${day}`))
      return invalid(`"${text}" is not a valid date and time`);
    if (/[1-9]/.test(fraction.slice(6))) return invalid(`"${text}" is more precise than microseconds`);
    const micros = (millis: number) => ({
      micros: BigInt(millis) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, "0")),
    });
    if (offset !== undefined) {
      const shift = offsetMillis(offset);
      return shift === undefined ? invalid(`invalid UTC offset "${offset}"`) : micros(wall - shift);
    }
    if (offsetOf === undefined)
      return {
        code: "spine_time_zone_required",
        detail: `"${text}" has no time zone: add an offset, as in 2026-01-31T12:00:00Z, or set a time zone`,
      };
    const offsets = offsetOf(wall);
    const [only] = offsets;
    if (only === undefined) return invalid(`"${text}" does not exist in ${timeZone}: its clocks skip this time`);
    if (offsets.length > 1)
      return invalid(`"${text}" is ambiguous in ${timeZone}, whose clocks show it twice: add an offset`);
    return micros(wall - only);
  };
}

function invalid(detail: string): ReadTime {
  return { code: "spine_time_invalid", detail };
}

function offsetMillis(text: string): number | undefined {
  if (text === "Z" || text === "z") return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(":", "") || "0")];
  if (hours > 15 || minutes > 59) return undefined;
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** Returns the offsets (usually one) at which the zone shows a wall clock time, which is given as if in UTC. */
function zoneOffsets(timeZone: string): (wall: number) => readonly number[] {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsetAt = (instant: number): number => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const [year = 0, month = 0, ...rest] = ["year", "month", "day", "hour", "minute", "second"].map((part) =>
      Number(parts.get(part as Intl.DateTimeFormatPartTypes)),
    );
    const wall = new Date(0);
    wall.setUTCFullYear(parts.get("era") === "BC" ? 1 - year : year, month - 1, rest[0]);
    wall.setUTCHours(rest[1] ?? 0, rest[2], rest[3]);
    return wall.getTime() - Math.floor(instant / 1000) * 1000;
  };
  // Most days have one offset, and most rows fall on few days.
  const offsetsByDay = new Map<number, readonly number[]>();
  const around = (day: number): readonly number[] => {
    const known = offsetsByDay.get(day);
    if (known !== undefined) return known;
    const offsets = [...new Set([-1, 0, 1, 2].map((days) => offsetAt((day + days) * DAY_MS)))];
    if (offsetsByDay.size > 100_000) offsetsByDay.clear();
    offsetsByDay.set(day, offsets);
    return offsets;
  };
  return (wall) => {
    const candidates = around(Math.floor(wall / DAY_MS));
    return candidates.length === 1 ? candidates : candidates.filter((offset) => offsetAt(wall - offset) === offset);
  };
}
