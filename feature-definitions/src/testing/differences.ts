import type { FeatureView } from "../ir/nodes";
import type { ValueType } from "../ir/types";
import type { MaterializedRow } from "./materialize-rows";

/** An expected row: its key and the values to compare. Without `_tenant` it belongs to the shared scope. */
export type ExpectedRow = Readonly<Record<string, unknown>>;

/** Lists the differences between expected and materialized rows, one line each; empty if they agree. */
export function differencesOf(
  view: FeatureView,
  expected: readonly ExpectedRow[],
  actual: readonly MaterializedRow[],
): readonly string[] {
  const keys = ["_tenant", ...view.entity.key.map(({ name }) => name)];
  const identity = (row: Readonly<Record<string, unknown>>): string =>
    keys.map((key) => String(row[key] ?? "")).join("\u0000");
  const label = (row: Readonly<Record<string, unknown>>): string =>
    keys
      .filter((key) => key !== "_tenant" || (row[key] ?? "") !== "")
      .map((key) => `${key} ${show(row[key])}`)
      .join(", ");
  const found = new Map(actual.map((row) => [identity(row), row]));
  const types = new Map<string, ValueType>(view.features.map(({ name, type }) => [name, type]));
  const known = new Set(["_event_time", "_unparsed", ...keys, ...types.keys()]);
  const differences: string[] = [];
  for (const row of expected) {
    const match = found.get(identity(row));
    found.delete(identity(row));
    if (!match) {
      differences.push(`${label(row)}: expected a row, got none`);
      continue;
    }
    for (const [name, value] of Object.entries(row)) {
      if (!known.has(name)) differences.push(`${label(row)}: the view has no feature ${name}`);
      else if (!keys.includes(name) && !agree(value, match[name], types.get(name))) {
        differences.push(`${label(row)}: ${name} is ${show(match[name])}, expected ${show(value)}`);
      }
    }
  }
  for (const row of found.values()) differences.push(`${label(row)}: unexpected row: ${show(row)}`);
  return differences;
}

/**
 * Compares floats to a relative precision of 1e-12, timestamps as instants, int64 in any notation, and the rest
 * exactly.
 */
export function agree(expected: unknown, actual: unknown, type: ValueType | undefined): boolean {
  if (expected === null || actual === null || expected === undefined) return (expected ?? null) === actual;
  if (type === "int64") return String(expected) === String(actual);
  if (type === "uuid") return String(expected).toLowerCase() === actual;
  if (type === "decimal") return canonicalDecimal(String(expected)) === canonicalDecimal(String(actual));
  if (type === "timestamp" || type === undefined) return sameInstant(expected, actual);
  if (typeof expected === "number" && typeof actual === "number") {
    return Math.abs(expected - actual) <= 1e-12 * Math.max(Math.abs(expected), Math.abs(actual));
  }
  return canonical(expected) === canonical(actual);
}

function sameInstant(expected: unknown, actual: unknown): boolean {
  const text = expected instanceof Date ? expected.toISOString() : expected;
  return canonical(typeof text === "string" ? padInstant(text) : text) === canonical(actual);
}

/** Normalizes `2026-01-01` and `2026-01-01T00:00:00Z` to `2026-01-01T00:00:00.000000Z`. */
function padInstant(text: string): string {
  const match = /^((?:\d{4}|[-+]\d{6})-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?Z?)?$/.exec(text);
  if (!match) return text;
  const [, date, time = "00:00", seconds = "00", fraction = ""] = match;
  return `${date}T${time}:${seconds}.${fraction.padEnd(6, "0")}Z`;
}

function canonicalDecimal(text: string): string {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? [undefined, text];
  return `${sign}${whole || "0"}.${fraction}`;
}

/** JSON with sorted keys, so that objects compare by content. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "bigint") return item.toString();
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export function show(value: unknown): string {
  return typeof value === "bigint" ? value.toString() : (canonical(value) ?? "nothing");
}
