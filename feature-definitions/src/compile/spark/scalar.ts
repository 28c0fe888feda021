import type {
  DatePartExpression,
  Expression,
  StringFunctionExpression,
  TimeBetweenExpression,
} from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { ValueType } from "../../ir/types";
import type { ScalarParts, Typed } from "../text/dialect-parts";
import { atom, call, compound, operand, type Parameters, type Rendered } from "../text/rendered";
import { renderArithmetic } from "./arithmetic";
import { cast, castText } from "./casts";
import { ownCall } from "./function";
import { jsonAt, jsonText } from "./json";
import { renderVectorFunction } from "./vector-function";

export const sparkScalars: ScalarParts = {
  literal: renderLiteral,
  arithmetic: renderArithmetic,
  stringFunction: renderStringFunction,
  datePart: renderDatePart,
  timeBetween: renderTimeBetween,
  vectorFunction: renderVectorFunction,
  sql: () => {
    throw new TypeError("Spark cannot run the text of PostgreSQL in an expression");
  },
  cast,
  jsonAt,
  jsonText,
  parsedInputs: (text) => atom(text, "json"),
};

/** A constant. Spark reads other forms of times than the language. */
function renderLiteral(value: string, type: ValueType, parameters: Parameters): Rendered {
  return type === "timestamp" ? castText(parameters.add(value, "string"), type) : parameters.add(value, type);
}

function renderStringFunction(expression: StringFunctionExpression, typed: Typed): Rendered {
  const [first, second, third] = expression.operands;
  const text = (inner: Expression | undefined): string => (inner ? typed(inner, "string").text : "null::string");
  switch (expression.name) {
    case "lower":
    case "upper":
      return ownCall(expression.name, [text(first)], "string");
    case "trim":
      return call("trim", [text(first)], "string");
    case "length":
      return call("char_length", [text(first)], "int32");
    case "concat":
      return compound(expression.operands.map((inner) => operand(typed(inner, "string"))).join(" || "), "string");
    case "substring":
      return renderSubstring(text(first), second, third, typed);
    case "contains":
      return call("contains", [text(first), text(second)], "bool");
    case "starts_with":
      return call("startswith", [text(first), text(second)], "bool");
    case "replace":
      return call("replace", [text(first), text(second), text(third)], "string");
    default:
      return expression.name satisfies never;
  }
}

/** A start below 1 uses up part of the length; in Spark it would count from the end. */
function renderSubstring(
  text: string,
  start: Expression | undefined,
  length: Expression | undefined,
  typed: Typed,
): Rendered {
  const whole = (inner: Expression): string => typed(inner, "int32").text;
  if (!start) return atom("null::string", "string");
  const isPositive = start.kind === "literal" && Number(start.value) >= 1;
  if (!length) {
    const from = isPositive ? whole(start) : `case when ${whole(start)} < 1 then 1 else ${whole(start)} end`;
    return call("substring", [text, from], "string");
  }
  if (isPositive && length.kind === "literal" && Number(length.value) >= 0)
    return call("substring", [text, whole(start), whole(length)], "string");
  return ownCall("substring", [text, whole(start), whole(length)], "string");
}

const dateParts = {
  month: "month",
  day: "day",
  hour: "hour",
  day_of_week: "dayofweek_iso",
  day_of_year: "doy",
} as const;

function renderDatePart(
  { operand: inner, part, zone }: DatePartExpression,
  typed: Typed,
  parameters: Parameters,
): Rendered {
  const isDate = typeOf(inner) === "date";
  const value = typed(inner, isDate ? "date" : "timestamp").text;
  if (part === "epoch_seconds") {
    const instant = isDate ? `try_cast(${value} as timestamp)` : value;
    return compound(`unix_micros(${instant}) / 1000000D`, "float64");
  }
  const local =
    isDate || zone === "UTC" ? value : `from_utc_timestamp(${value}, ${parameters.add(zone, "string").text})`;
  if (part === "year") return ownCall("year_of", [`year(${local})`], "int32");
  return atom(`extract(${dateParts[part]} from ${local})::int`, "int32");
}

function renderTimeBetween({ unit, start, end }: TimeBetweenExpression, typed: Typed): Rendered {
  if (unit === "days") return call("datediff", [typed(end, "date").text, typed(start, "date").text], "int32");
  // The difference of the last and the first instant does not fit into 64 bits.
  const micros = (inner: Expression): string => `unix_micros(${typed(inner, "timestamp").text})::decimal(20, 0)`;
  return compound(`(${micros(end)} - ${micros(start)})::double / 1000000D`, "float64");
}
