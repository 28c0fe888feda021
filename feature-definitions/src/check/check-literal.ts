import type { LiteralExpression } from "../ir/expressions";
import type { Report } from "./report";

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$/;
const calendarDate = /^\d{4}-\d{2}-\d{2}$/;

/** A date parses to itself: JavaScript would read February 30th as March 2nd. */
function isDate(value: string): boolean {
  const parsed = new Date(`${value}T00:00:00Z`);
  return calendarDate.test(value) && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(value);
}

function isInt64(value: string): boolean {
  return /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}

function isValid({ type, value }: LiteralExpression): boolean {
  if (value === null) return true;
  switch (type) {
    case "bool":
      return typeof value === "boolean";
    case "int32":
      return typeof value === "number" && Number.isInteger(value) && Math.abs(value + 0.5) < 2 ** 31;
    case "int64":
      return typeof value === "string" && isInt64(value);
    case "float32":
    case "float64":
      return typeof value === "number" && Number.isFinite(value);
    case "decimal":
      return typeof value === "string" && /^-?\d{1,1000}(\.\d{1,1000})?$/.test(value);
    case "string":
      // PostgreSQL has no text with a zero character in it.
      return typeof value === "string" && !value.includes("\0");
    case "timestamp":
      return (
        typeof value === "string" &&
        instant.test(value) &&
        isDate(value.slice(0, 10)) &&
        !Number.isNaN(Date.parse(value))
      );
    case "date":
      return typeof value === "string" && isDate(value);
    case "json":
      return false;
    default:
      return type satisfies never;
  }
}

export function checkLiteral(report: Report, place: string, literal: LiteralExpression): void {
  if (!isValid(literal)) report("literal_invalid", place, { value: literal.value, type: literal.type });
}
