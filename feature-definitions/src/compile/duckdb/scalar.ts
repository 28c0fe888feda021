import type { Expression, LiteralExpression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { ValueType } from "../../ir/types";
import { renderConditional } from "../text/conditional";
import type { ScalarContext } from "../text/dialect-parts";
import { atom, call, compound, operand, type Parameters, type Rendered } from "../text/rendered";
import { readsText } from "../text/scalar-parts";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import type { CastOf } from "../tree/sql-tree";
import { renderArithmetic } from "./arithmetic";
import { castText, castValue, narrowed } from "./casts";
import { jsonAt, jsonText } from "./json";
import { castName, inType } from "./types";
import { renderVectorFunction } from "./vector-function";

type Typed = (inner: Expression, type: ValueType) => Rendered;

const dateParts = {
  month: "'month'",
  day: "'day'",
  hour: "'hour'",
  day_of_week: "'isodow'",
  day_of_year: "'doy'",
} as const;

const conditional = { castName, inType, byCodePoint: "" };

/** Renders a portable expression in DuckDB, with the same meaning as in process. */
export function renderScalar(expression: Expression, context: ScalarContext): Rendered {
  const render = (inner: Expression): Rendered => renderScalar(inner, context);
  const typed: Typed = (inner, type) => inType(render(inner), type);
  switch (expression.kind) {
    case "column":
      return context.column(expression.name);
    case "literal":
      return renderLiteral(expression, context.parameters);
    case "arithmetic":
      return renderArithmetic(expression, render);
    case "comparison":
    case "logic":
    case "not":
    case "in":
    case "null_test":
    case "case":
    case "coalesce":
      return renderConditional(conditional, expression, render);
    case "string_function":
      return renderStringFunction(expression, typed);
    case "json_get":
      return jsonAt(typed(expression.operand, "json").text, expression.path, context.parameters);
    case "cast":
      return castValue(expression, castInput(expression, context));
    case "date_part":
      return renderDatePart(expression, context);
    case "time_between":
      return renderTimeBetween(expression, typed);
    case "vector_function":
      return renderVectorFunction(expression, render);
    case "sql":
      throw new TypeError("DuckDB cannot run the text of PostgreSQL in an expression");
    case "aggregate":
      throw new TypeError("Unexpected aggregate in a scalar expression");
    default:
      return expression satisfies never;
  }
}

/** A constant. DuckDB reads fewer forms of times than the language. */
function renderLiteral({ type, value }: LiteralExpression, parameters: Parameters): Rendered {
  if (value === null) return parameters.add(null, type);
  const text = String(value);
  return type === "timestamp" ? castText(parameters.add(text, "string"), type) : parameters.add(text, type);
}

/** The input of a cast. JSON null has no text, so it is null before the cast. */
export function castInput(cast: CastOf, context: ScalarContext): Rendered {
  const inner = cast.operand;
  if (!readsText(cast)) return inType(renderScalar(inner, context), typeOf(inner));
  const [root, path] = inner.kind === "json_get" ? [inner.operand, inner.path] : [inner, []];
  return jsonText(inType(renderScalar(root, context), "json").text, path, cast.to, context.parameters);
}

function renderStringFunction(expression: Extract<Expression, { kind: "string_function" }>, typed: Typed): Rendered {
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
  { operand: inner, part, zone }: Extract<Expression, { kind: "date_part" }>,
  { parameters, ...context }: ScalarContext,
): Rendered {
  const value = renderScalar(inner, { parameters, ...context });
  const isDate = typeOf(inner) === "date";
  const typed = inType(value, isDate ? "date" : "timestamp").text;
  if (part === "epoch_seconds") {
    const instant = isDate ? `try_cast(${typed} as timestamp)` : typed;
    return compound(`epoch_us(${instant}) / 1000000.0::double`, "float64");
  }
  const local = isDate ? typed : localTime(typed, zone, parameters);
  const read =
    part === "year" ? call(`${FUNCTIONS_SCHEMA}.year`, [local]) : call("date_part", [dateParts[part], local]);
  return atom(`${read.text}::integer`, "int32");
}

/** The local time of an instant. Calendars of zones are slow, so UTC does without. */
function localTime(instant: string, zone: string, parameters: Parameters): string {
  if (zone === "UTC") return `make_timestamp(epoch_us(${instant}))`;
  return `timezone(${parameters.add(zone, "string").text}, ${instant})`;
}

function renderTimeBetween(
  { unit, start, end }: Extract<Expression, { kind: "time_between" }>,
  typed: Typed,
): Rendered {
  if (unit === "days")
    return narrowed(compound(`${operand(typed(end, "date"))} - ${operand(typed(start, "date"))}`), "int32");
  // The difference of the last and the first instant does not fit into 64 bits.
  const micros = (inner: Expression): string => `epoch_us(${typed(inner, "timestamp").text})`;
  return compound(`(${micros(end)}::hugeint - ${micros(start)})::double / 1000000`, "float64");
}
