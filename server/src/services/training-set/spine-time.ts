const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)? ?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const DAY_MS = 86_400_000;

/** Microseconds since 1970 UTC, or what is wrong with the text. */
export type ReadTime =
  | { readonly micros: bigint }
  | { readonly code: "spine_time_invalid" | "spine_time_zone_required"; readonly detail: string };

/** Whether there is a time zone of this name: `Europe/Berlin`, `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads as-of times. A time without an offset, or a date, is read in the given zone and refused where there is none, as
 * is one that the zone's clocks pass over or show twice.
 *
 * @example createTimeReader("Europe/Berlin")("2026-01-31 12:00:00.123456") // { micros: 1769857200123456n }
 */
export function createTimeReader(timeZone: string | null): (text: string) => ReadTime {
  const offsetOf = timeZone === null ? undefined : zoneOffsets(timeZone);
  return (text) => {
    const match = FORM.exec(text);
    if (match === null) return invalid(`"${text.slice(0, 60)}" is no time such as 2026-01-31T12:00:00.123456Z`);
    const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", offset] = match;
    const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (Number.isNaN(wall) || hour === "24" || !new Date(wall).toISOString().startsWith(`${year}-${month}-${day}`))
      return invalid(`"${text}" is on no calendar or clock`);
    if (/[1-9]/.test(fraction.slice(6))) return invalid(`"${text}" is finer than microseconds`);
    const micros = (millis: number) => ({
      micros: BigInt(millis) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, "0")),
    });
    if (offset !== undefined) {
      const shift = offsetMillis(offset);
      return shift === undefined ? invalid(`"${offset}" is no offset`) : micros(wall - shift);
    }
    if (offsetOf === undefined)
      return {
        code: "spine_time_zone_required",
        detail: `"${text}" names no zone: write an offset, as in 2026-01-31T12:00:00Z, or say which time zone is meant`,
      };
    const offsets = offsetOf(wall);
    const [only] = offsets;
    if (only === undefined) return invalid(`"${text}" is passed over by the clocks of ${timeZone}`);
    if (offsets.length > 1) return invalid(`"${text}" comes twice on the clocks of ${timeZone}: write its offset`);
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

/** The offsets under which a wall clock's time, as if in UTC, is shown in the zone: usually one. */
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
  // Most days have one offset, and most rows are of few days.
  const ofDay = new Map<number, readonly number[]>();
  const around = (day: number): readonly number[] => {
    const known = ofDay.get(day);
    if (known !== undefined) return known;
    const offsets = [...new Set([-1, 0, 1, 2].map((days) => offsetAt((day + days) * DAY_MS)))];
    if (ofDay.size > 100_000) ofDay.clear();
    ofDay.set(day, offsets);
    return offsets;
  };
  return (wall) => {
    const candidates = around(Math.floor(wall / DAY_MS));
    return candidates.length === 1 ? candidates : candidates.filter((offset) => offsetAt(wall - offset) === offset);
  };
}
