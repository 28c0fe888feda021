import type { LiteralExpression } from "../ir/expressions";
import type { Report } from "./report";

/** The same times and offsets as a cast. */
const instant = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/;
const calendarDate = /^\d{4}-\d{2}-\d{2}$/;

/** A valid date parses to itself: JavaScript would read February 30th as March 2nd. PostgreSQL has no year 0. */
function isDate(value: string): boolean {
  const parsed = new Date(`${value}T00:00:00Z`);
  if (!calendarDate.test(value) || value.startsWith("0000")) return false;
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(value);
}

function isInt64(value: string): boolean {
  return /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}

/** Returns whether a constant is a value of its type. */
export function isLiteralValid({ type, value }: LiteralExpression): boolean {
  if (value === null) return true;
  switch (type) {
    case "bool":
      return typeof value === "boolean";
    case "int32":
      return typeof value === "number" && Number.isInteger(value) && Math.abs(value + 0.5) < 2 ** 31;
    case "int64":
      return typeof value === "string" && isInt64(value);
    case "float32":
      return typeof value === "number" && Number.isFinite(value) && Math.fround(value) === value;
    case "float64":
      return typeof value === "number" && Number.isFinite(value);
    case "decimal":
      return typeof value === "string" && /^-?\d{1,1000}(\.\d{1,1000})?$/.test(value);
    case "string":
      // PostgreSQL texts contain no zero characters or unpaired surrogates.
      return typeof value === "string" && !value.includes("\0") && !/\p{Surrogate}/u.test(value);
    case "timestamp":
      return typeof value === "string" && instant.test(value) && isDate(value.slice(0, 10));
    case "date":
      return typeof value === "string" && isDate(value);
    case "uuid":
      return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
    case "json":
      return false;
    default:
      return type satisfies never;
  }
}

export function checkLiteral(report: Report, path: string, literal: LiteralExpression): void {
  if (!isLiteralValid(literal)) report("literal_invalid", path, { value: literal.value, type: literal.type });
}
