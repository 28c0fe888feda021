import type { ValueType } from "../../../src/ir/types";
import { compareDecimals, type Decimal, parseDecimal } from "../reference/decimal";
import { parseJson, printJson } from "../reference/json";
import { ONLY_ZEROS, type ReferenceFeature } from "../reference/rows-as-of";
import type { Json } from "../reference/values";
import type { SqlDatabase } from "./databases";

/** Null if the values agree, else a description of the difference. */
export function difference(
  actual: string | null,
  { value, magnitude }: ReferenceFeature,
  type: ValueType,
  engine: SqlDatabase["engine"] = "postgres",
): string | null {
  const mismatch = `expected ${show(value)}, got ${actual}`;
  if (actual === null || value === null) return actual === null && value === null ? null : mismatch;
  switch (type) {
    case "bool":
      return (actual === "true" || actual === "t") === value ? null : mismatch;
    case "int32":
    case "int64":
    case "timestamp":
      return BigInt(actual) === value ? null : mismatch;
    case "float32":
      return Math.fround(Number(actual)) === value && hasSameSign(actual, value) ? null : mismatch;
    case "float64":
      if (!Number.isFinite(value)) return Number.isFinite(Number(actual)) ? mismatch : null;
      if (magnitude !== ONLY_ZEROS && !hasSameSign(actual, value)) return mismatch;
      return Math.abs(Number(actual) - Number(value)) <= 1e-12 * (magnitude || sizeOf(Number(value), engine))
        ? null
        : mismatch;
    case "decimal":
      return compareDecimals(parseDecimal(actual) ?? { units: 0n, scale: -1 }, value as Decimal) === 0
        ? null
        : mismatch;
    case "json":
      return canonicalJson(actual) === canonicalJson(printJson(value as Json)) ? null : mismatch;
    case "string[]":
    case "float64[]":
      return JSON.stringify(JSON.parse(actual)) === JSON.stringify(value) ? null : mismatch;
    default:
      return actual === value ? null : mismatch;
  }
}

/** DuckDB and Spark interpolate a percentile in another order of operations, so its last digits differ. */
function sizeOf(value: number, engine: SqlDatabase["engine"]): number {
  return engine !== "postgres" ? Math.abs(value) : 0;
}

/** Tells -0 from 0. */
function hasSameSign(actual: string, value: unknown): boolean {
  return Number(actual) !== 0 || value !== 0 || Object.is(Number(actual), value);
}

function canonicalJson(text: string): string {
  const sorted = (json: Json): unknown => {
    if (json.kind === "array") return json.items.map(sorted);
    if (json.kind !== "object") return printJson(json);
    return [...json.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]);
  };
  return JSON.stringify(sorted(parseJson(text) ?? { kind: "null" }));
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "bigint" ? `${item}` : item instanceof Map ? Object.fromEntries(item) : item,
  );
}
