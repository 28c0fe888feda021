import type { Expression, LiteralExpression } from "../ir/expressions";
import type { ScalarType, ValueType } from "../ir/types";
import type { Level, Typed } from "./scalar-types";

/** Returns whether a value is an expression of any copy of this package. */
export function isTyped(value: unknown): value is Typed<ValueType, boolean, Level> {
  return (
    typeof value === "object" && value !== null && "kind" in value && value.kind === "scalar" && "expression" in value
  );
}

/** A number's digits without an exponent, otherwise exactly as JavaScript prints it. */
function plainDigits(value: number): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value));
  if (!match) return String(value);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const shift = Number(exponent);
  const digits = whole + fraction;
  return shift < 0
    ? `${sign}0.${"0".repeat(-shift - 1)}${digits}`
    : `${sign}${digits}${"0".repeat(Math.max(0, shift - fraction.length))}`;
}

function numberLiteral(value: number, otherType: ValueType | undefined): LiteralExpression {
  if (otherType === "decimal" && Number.isFinite(value))
    return { kind: "literal", type: "decimal", value: plainDigits(value) };
  const isFloat = otherType === "float32" || otherType === "float64" || !Number.isInteger(value);
  if (isFloat) return { kind: "literal", type: "float64", value };
  if (otherType === "int64") return { kind: "literal", type: "int64", value: plainDigits(value) };
  return { kind: "literal", type: "int32", value };
}

function bigintLiteral(value: bigint, otherType: ValueType | undefined): LiteralExpression {
  if (otherType === "float32" || otherType === "float64")
    return { kind: "literal", type: "float64", value: Number(value) };
  return { kind: "literal", type: otherType === "decimal" ? "decimal" : "int64", value: String(value) };
}

const textTypes: readonly ValueType[] = ["timestamp", "date", "decimal", "uuid"];

/**
 * Returns the expression for an operand: an expression itself, or a literal typed by the expression it is combined
 * with. A value that does not fit that type keeps its own, so that the checks can report it.
 */
export function operandExpression(value: unknown, otherType?: ValueType): Expression {
  if (isTyped(value)) return value.expression;
  if (typeof value === "number") return numberLiteral(value, otherType);
  if (typeof value === "bigint") return bigintLiteral(value, otherType);
  if (typeof value === "boolean") return { kind: "literal", type: "bool", value };
  if (value === null || value === undefined) return { kind: "literal", type: scalarOrString(otherType), value: null };
  const text = typeof value === "string" ? value : String(value);
  return {
    kind: "literal",
    type: otherType && textTypes.includes(otherType) ? scalarOrString(otherType) : "string",
    value: otherType === "uuid" ? text.toLowerCase() : text,
  };
}

function scalarOrString(type: ValueType | undefined): ScalarType {
  switch (type) {
    case "bool":
    case "int32":
    case "int64":
    case "float32":
    case "float64":
    case "decimal":
    case "timestamp":
    case "date":
    case "uuid":
    case "json":
      return type;
    default:
      return "string";
  }
}
