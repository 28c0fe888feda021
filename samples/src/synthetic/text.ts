/** Formats a CSV field: null is empty, text is quoted only if necessary. */
export function csvField(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return value === "" || /[",\n\r\\]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** `0.0000` to `1.0000` in steps of 0.0001, precomputed because number formatting dominates the cost of a row. */
const RATIOS: readonly string[] = Array.from({ length: 10_001 }, (_, index) => (index / 10_000).toFixed(4));

export const ratio = (unit: number): string => RATIOS[Math.round(unit * 10_000)] ?? "1.0000";

/** Formats whole microseconds since 1970 (exact until the year 2255) as `2026-01-01T00:00:00.123456` in UTC. */
export function timestampText(micros: number): string {
  const milliseconds = Math.floor(micros / 1000);
  const rest = micros - milliseconds * 1000;
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${String(rest).padStart(3, "0")}`;
}
