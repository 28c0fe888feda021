import type { Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { ValueType } from "../../ir/types";
import { renderConditional } from "../text/conditional";
import type { ScalarContext } from "../text/dialect-parts";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import { readsText, zoneText } from "../text/scalar-parts";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { renderArithmetic } from "./arithmetic";
import { castValue } from "./casts";
import { castName } from "./database-types";
import { inType } from "./rendered";
import { renderVectorFunction } from "./vector-function";

const dateParts = {
  year: "year",
  month: "month",
  day: "day",
  hour: "hour",
  day_of_week: "isodow",
  day_of_year: "doy",
  epoch_seconds: "epoch",
} as const;

const conditional = { castName, inType, byCodePoint: ' collate "C"' };

/** Renders a portable expression in PostgreSQL, with the same meaning as in process. */
export function renderScalar(expression: Expression, context: ScalarContext): Rendered {
  const render = (inner: Expression): Rendered => renderScalar(inner, context);
  const typed = (inner: Expression, type: ValueType): Rendered => inType(render(inner), type);
  switch (expression.kind) {
    case "column":
      return context.column(expression.name);
    case "literal":
      return context.parameters.add(expression.value === null ? null : String(expression.value), expression.type);
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
    case "json_get": {
      const got = jsonPath(expression, context, false);
      return call("nullif", [got.text, "'null'::jsonb"], "json");
    }
    case "cast":
      return castValue(expression, castInput(expression, context));
    case "date_part":
      return renderDatePart(expression, context);
    case "time_between":
      return renderTimeBetween(expression, typed);
    case "vector_function":
      return renderVectorFunction(expression, render);
    case "sql":
      return renderSql(expression, render);
    case "aggregate":
      throw new TypeError("Unexpected aggregate in a scalar expression");
    default:
      return expression satisfies never;
  }
}

/** The input of a cast. JSON null has no text, so it is null before the cast. */
export function castInput(cast: Extract<Expression, { kind: "cast" }>, context: ScalarContext): Rendered {
  const inner = cast.operand;
  if (!readsText(cast)) return inType(renderScalar(inner, context), typeOf(inner));
  if (inner.kind === "json_get" && inner.path.length > 0) return jsonPath(inner, context, true);
  return compound(`${operand(inType(renderScalar(inner, context), "json"))} #>> '{}'`, "string");
}

function jsonPath(
  { operand: inner, path }: Extract<Expression, { kind: "json_get" }>,
  context: ScalarContext,
  asText: boolean,
): Rendered {
  const root = operand(inType(renderScalar(inner, context), "json"));
  const text = path.reduce<string>((json, step, index) => {
    const isText = asText && index === path.length - 1;
    if (typeof step === "string") {
      return `${json} ${isText ? "->>" : "->"} ${context.parameters.add(step, "string").text}`;
    }
    const element = call(`${FUNCTIONS_SCHEMA}.element`, [json, String(Math.trunc(step))]).text;
    return isText ? `${element} #>> '{}'` : element;
  }, root);
  return path.length === 0 ? atom(root, "json") : compound(text, asText ? "string" : "json");
}

function renderStringFunction(
  expression: Extract<Expression, { kind: "string_function" }>,
  typed: (inner: Expression, type: ValueType) => Rendered,
): Rendered {
  const [first, second, third] = expression.operands;
  const text = (inner: Expression | undefined): string => (inner ? typed(inner, "string").text : "null::text");
  const integer = (inner: Expression | undefined): string => (inner ? typed(inner, "int32").text : "null::integer");
  switch (expression.name) {
    case "lower":
    case "upper":
      return call(expression.name, [`${first ? operand(typed(first, "string")) : "null::text"} collate "C"`], "string");
    case "trim":
      return call("btrim", [text(first), "' '"], "string");
    case "length":
      return call("char_length", [text(first)], "int32");
    case "concat":
      return compound(expression.operands.map((inner) => operand(typed(inner, "string"))).join(" || "), "string");
    case "substring":
      if (!third) return call("pg_catalog.substring", [text(first), integer(second)], "string");
      return call(`${FUNCTIONS_SCHEMA}.substring`, [text(first), integer(second), integer(third)], "string");
    case "contains":
      return compound(`${call("strpos", [text(first), text(second)]).text} > 0`, "bool");
    case "starts_with":
      return call("starts_with", [text(first), text(second)], "bool");
    case "replace":
      return call("replace", [text(first), text(second), text(third)], "string");
    default:
      return expression.name satisfies never;
  }
}

function renderDatePart(
  { operand: inner, part, zone }: Extract<Expression, { kind: "date_part" }>,
  context: ScalarContext,
): Rendered {
  const value = renderScalar(inner, context);
  const type = part === "epoch_seconds" ? "float64" : "int32";
  const extract = (from: string): Rendered => atom(`extract(${dateParts[part]} from ${from})::${castName(type)}`, type);
  if (typeOf(inner) === "date") return extract(`${operand(inType(value, "date"))}::timestamp`);
  const instant = operand(inType(value, "timestamp"));
  return extract(part === "epoch_seconds" ? instant : `${instant} at time zone ${zoneText(zone, context.parameters)}`);
}

function renderTimeBetween(
  { unit, start, end }: Extract<Expression, { kind: "time_between" }>,
  typed: (inner: Expression, type: ValueType) => Rendered,
): Rendered {
  if (unit === "days") return compound(`${operand(typed(end, "date"))} - ${operand(typed(start, "date"))}`, "int32");
  // Does not use the difference of the instants: an interval cannot hold the difference of the first and the last
  // instant.
  const seconds = (inner: Expression): string => `extract(epoch from ${operand(typed(inner, "timestamp"))})`;
  return atom(`(${seconds(end)} - ${seconds(start)})::double precision`, "float64");
}

function renderSql(
  { texts, operands, type }: Extract<Expression, { kind: "sql" }>,
  render: (inner: Expression) => Rendered,
): Rendered {
  const joined = texts.reduce((before, text, index) => {
    const inner = operands[index - 1];
    return `${before}${inner ? operand(inType(render(inner), typeOf(inner))) : ""}${text}`;
  });
  return atom(`(${joined.trim()})::${castName(type)}`, type);
}
