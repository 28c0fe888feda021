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
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { renderArithmetic } from "./arithmetic";
import { cast, castText, narrowed } from "./casts";
import { jsonAt, jsonText } from "./json";
import { renderVectorFunction } from "./vector-function";

export const duckdbScalars: ScalarParts = {
  literal: renderLiteral,
  arithmetic: renderArithmetic,
  stringFunction: renderStringFunction,
  datePart: renderDatePart,
  timeBetween: renderTimeBetween,
  vectorFunction: renderVectorFunction,
  sql: () => {
    throw new TypeError("DuckDB cannot run the text of PostgreSQL in an expression");
  },
  cast,
  jsonAt,
  jsonText,
  parsedInputs: (text) => atom(text, "json"),
};

const dateParts = {
  month: "'month'",
  day: "'day'",
  hour: "'hour'",
  day_of_week: "'isodow'",
  day_of_year: "'doy'",
} as const;

/** A constant. DuckDB reads fewer forms of times than the language. */
function renderLiteral(value: string, type: ValueType, parameters: Parameters): Rendered {
  return type === "timestamp" ? castText(parameters.add(value, "string"), type) : parameters.add(value, type);
}

function renderStringFunction(expression: StringFunctionExpression, typed: Typed): Rendered {
  const [first, second, third] = expression.operands;
  const text = (inner: Expression | undefined): string => (inner ? typed(inner, "string").text : "null::varchar");
  switch (expression.name) {
    case "lower":
    case "upper":
      return call(`${FUNCTIONS_SCHEMA}.${expression.name}`, [text(first)], "string");
    case "trim":
      return call("trim", [text(first), "' '"], "string");
    case "length":
      return atom(`length(${text(first)})::integer`, "int32");
    case "concat":
      return compound(expression.operands.map((inner) => operand(typed(inner, "string"))).join(" || "), "string");
    case "substring":
      return renderSubstring(text(first), second, third, typed);
    case "contains":
      return call("contains", [text(first), text(second)], "bool");
    case "starts_with":
      return call("starts_with", [text(first), text(second)], "bool");
    case "replace":
      return call("replace", [text(first), text(second), text(third)], "string");
    default:
      return expression.name satisfies never;
  }
}

/** A start below 1 uses up part of the length; in DuckDB it would count from the end. */
function renderSubstring(
  text: string,
  start: Expression | undefined,
  length: Expression | undefined,
  typed: Typed,
): Rendered {
  const whole = (inner: Expression): string => `${operand(typed(inner, "int32"))}::bigint`;
  if (!start) return atom("null::varchar", "string");
  const isPositive = start.kind === "literal" && Number(start.value) >= 1;
  const from = isPositive ? whole(start) : `case when ${whole(start)} < 1 then 1 else ${whole(start)} end`;
  if (!length) return call("substring", [text, from], "string");
  if (isPositive && length.kind === "literal" && Number(length.value) >= 0)
    return call("substring", [text, from, whole(length)], "string");
  return call(`${FUNCTIONS_SCHEMA}.substring`, [text, whole(start), whole(length)], "string");
}

function renderDatePart(
  { operand: inner, part, zone }: DatePartExpression,
  typed: Typed,
  parameters: Parameters,
): Rendered {
  const isDate = typeOf(inner) === "date";
  const value = typed(inner, isDate ? "date" : "timestamp").text;
  if (part === "epoch_seconds") {
    const instant = isDate ? `try_cast(${value} as timestamp)` : value;
    return compound(`epoch_us(${instant}) / 1000000.0::double`, "float64");
  }
  const local = isDate ? value : localTime(value, zone, parameters);
  const read =
    part === "year" ? call(`${FUNCTIONS_SCHEMA}.year`, [local]) : call("date_part", [dateParts[part], local]);
  return atom(`${read.text}::integer`, "int32");
}

/** The local time of an instant. Calendars of zones are slow, so UTC does without. */
function localTime(instant: string, zone: string, parameters: Parameters): string {
  if (zone === "UTC") return `make_timestamp(epoch_us(${instant}))`;
  return `timezone(${parameters.add(zone, "string").text}, ${instant})`;
}

function renderTimeBetween({ unit, start, end }: TimeBetweenExpression, typed: Typed): Rendered {
  if (unit === "days")
    return narrowed(compound(`${operand(typed(end, "date"))} - ${operand(typed(start, "date"))}`), "int32");
  // The difference of the last and the first instant does not fit into 64 bits.
  const micros = (inner: Expression): string => `epoch_us(${typed(inner, "timestamp").text})`;
  return compound(`(${micros(end)}::hugeint - ${micros(start)})::double / 1000000`, "float64");
}
