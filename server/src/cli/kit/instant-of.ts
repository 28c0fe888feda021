import { CommandProblem } from "../../core/index";

const FORM = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Parses `2026-01-01` (midnight UTC) or `2026-01-01T12:00:00.123456Z` to microseconds since 1970 UTC; a time needs a zone. */
export function instantOf(text: string, option: string): bigint {
  const match = FORM.exec(text);
  const [, date, minutes = "00:00", seconds = "00", fraction = "", zone = "Z"] = match ?? [];
  const millis = match === null ? Number.NaN : Date.parse(`${date}T${minutes}:${seconds}${zone}`);
  if (Number.isNaN(millis) || !isCalendarDate(date ?? ""))
    throw new CommandProblem({
      code: "time_invalid",
      what: `expected an instant, got "${text}"`,
      where: option,
      advice: "write it as 2026-01-31 or 2026-01-31T12:00:00Z",
      exit: "usage",
    });
  return BigInt(millis) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

// Date.parse reads 31 February as 3 March.
function isCalendarDate(date: string): boolean {
  const millis = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(date);
}
