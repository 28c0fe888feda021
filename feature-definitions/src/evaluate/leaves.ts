import type { ColumnExpression, LiteralExpression } from "../ir/expressions";
import type { ValueType } from "../ir/types";
import { decimalOf } from "./decimals";
import { parseUuid, readerOf } from "./parse-text";
import { isDateText } from "./times";
import { type Evaluator, isBool, isDecimal, isFloat, isInteger, isText, type PortableValue } from "./values";

/** Accepts null elements: the database allows them, and no expression reads individual elements. */
const isList = (item: (value: PortableValue) => boolean) => (value: PortableValue) =>
  Array.isArray(value) && value.every((element) => element === null || item(element));
const isFiniteFloat = (value: PortableValue): boolean => isFloat(value) && Number.isFinite(value);

/** Returns a test of whether a non-null value is of the type. */
function testOf(type: ValueType): (value: PortableValue) => boolean {
  switch (type) {
    case "bool":
      return isBool;
    case "int32":
      return (value) => isInteger(value) && BigInt.asIntN(32, value) === value;
    case "int64":
    case "timestamp":
      return (value) => isInteger(value) && BigInt.asIntN(64, value) === value;
    case "float32":
      return (value) => isFloat(value) && Number.isFinite(value) && Math.fround(value) === value;
    case "float64":
      return isFiniteFloat;
    case "decimal":
      return isDecimal;
    case "string":
      return isText;
    case "uuid":
      return (value) => isText(value) && parseUuid(value) === value;
    case "date":
      return (value) => isText(value) && isDateText(value);
    case "json":
      // Numbers in JSON are decimals.
      return (value) => !isInteger(value) && !isFloat(value);
    case "string[]":
      return isList(isText);
    default:
      return isList(isFiniteFloat);
  }
}

/** Reads a column by its name and rejects a value of another type, so that later code need not check. */
export function compileColumn({ name, type }: ColumnExpression): Evaluator {
  const test = testOf(type);
  return (inputs) => {
    const value = inputs.get(name) ?? null;
    if (value !== null && !test(value)) throw new TypeError(`Column ${name}: expected a value of type ${type}`);
    return value;
  };
}

const decimalText = /^(-?)(\d+)(?:\.(\d+))?$/;

function constantOf({ type, value }: LiteralExpression): PortableValue {
  if (value === null) return null;
  // `+ 0` turns −0 into 0, as in SQL: a constant is sent to PostgreSQL as text, in which zero has no sign.
  if (typeof value === "number" && type.startsWith("float")) return value + 0;
  const text = String(value);
  if (type !== "decimal") return readerOf(type)(text);
  const [, sign = "", whole = "", fraction = ""] = decimalText.exec(text) ?? [];
  return whole === "" ? null : decimalOf(sign, whole, fraction, 0);
}

export function compileLiteral(literal: LiteralExpression): Evaluator {
  const constant = constantOf(literal);
  if (literal.value !== null && constant === null) {
    throw new TypeError(`${literal.value} is not a valid constant of type ${literal.type}`);
  }
  return () => constant;
}
