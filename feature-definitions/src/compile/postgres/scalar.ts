import type {
  DatePartExpression,
  Expression,
  JsonGetExpression,
  SqlExpression,
  StringFunctionExpression,
  TimeBetweenExpression,
} from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { ScalarParts, Typed } from "../text/dialect-parts";
import { atom, call, compound, operand, type Parameters, type Rendered } from "../text/rendered";
import { zoneText } from "../text/scalar-parts";
import { standardText } from "../text/standard-text";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { renderArithmetic } from "./arithmetic";
import { cast } from "./casts";
import { castName } from "./database-types";
import { renderVectorFunction } from "./vector-function";

export const JSON_NULL = "'null'::jsonb";

const dateParts = {
  year: "year",
  month: "month",
  day: "day",
  hour: "hour",
  day_of_week: "isodow",
  day_of_year: "doy",
  epoch_seconds: "epoch",
} as const;

export const postgresScalars: ScalarParts = {
  literal: (value, type, parameters) => parameters.add(value, type),
  arithmetic: renderArithmetic,
  stringFunction: renderStringFunction,
  datePart: renderDatePart,
  timeBetween: renderTimeBetween,
  vectorFunction: renderVectorFunction,
  sql: renderSql,
  cast,
  jsonAt: (json, path, parameters) => call("nullif", [jsonPath(json, path, parameters, "->"), JSON_NULL], "json"),
  jsonText: (json, path, _to, parameters) =>
    compound(path.length === 0 ? `${operand(json)} #>> '{}'` : jsonPath(json, path, parameters, "->>"), "string"),
  parsedInputs: (text) => atom(`${text}::jsonb`, "json"),
};

/** The value at a path, as the last operator gives it. */
function jsonPath(json: Rendered, path: JsonGetExpression["path"], parameters: Parameters, last: "->" | "->>"): string {
  return path.reduce<string>((inner, step, index) => {
    const operator = index === path.length - 1 ? last : "->";
    if (typeof step === "string") return `${inner} ${operator} ${parameters.add(step, "string").text}`;
    const element = call(`${FUNCTIONS_SCHEMA}.element`, [inner, String(Math.trunc(step))]).text;
    return operator === "->>" ? `${element} #>> '{}'` : element;
  }, operand(json));
}

function renderStringFunction(expression: StringFunctionExpression, typed: Typed): Rendered {
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
  { operand: inner, part, zone }: DatePartExpression,
  typed: Typed,
  parameters: Parameters,
): Rendered {
  const type = part === "epoch_seconds" ? "float64" : "int32";
  const extract = (from: string): Rendered => atom(`extract(${dateParts[part]} from ${from})::${castName(type)}`, type);
  if (typeOf(inner) === "date") return extract(`${operand(typed(inner, "date"))}::timestamp`);
  const instant = operand(typed(inner, "timestamp"));
  return extract(
    part === "epoch_seconds" ? instant : `${instant} at time zone ${zoneText(standardText, zone, parameters)}`,
  );
}

function renderTimeBetween({ unit, start, end }: TimeBetweenExpression, typed: Typed): Rendered {
  if (unit === "days") return compound(`${operand(typed(end, "date"))} - ${operand(typed(start, "date"))}`, "int32");
  // Does not use the difference of the instants: an interval cannot hold the difference of the first and the last
  // instant.
  const seconds = (inner: Expression): string => `extract(epoch from ${operand(typed(inner, "timestamp"))})`;
  return atom(`(${seconds(end)} - ${seconds(start)})::double precision`, "float64");
}

function renderSql({ texts, operands, type }: SqlExpression, typed: Typed): Rendered {
  const joined = texts.reduce((before, text, index) => {
    const inner = operands[index - 1];
    return `${before}${inner ? operand(typed(inner, typeOf(inner))) : ""}${text}`;
  });
  return atom(`(${joined.trim()})::${castName(type)}`, type);
}
