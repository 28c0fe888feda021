import type { Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { CastOf } from "../tree/sql-tree";
import { renderConditional } from "./conditional";
import type { DialectParts, ScalarContext, Typed } from "./dialect-parts";
import type { Rendered } from "./rendered";

/** Renders a portable expression with the same meaning as in process. */
export function renderScalar(parts: DialectParts, expression: Expression, context: ScalarContext): Rendered {
  const render = (inner: Expression): Rendered => renderScalar(parts, inner, context);
  const typed: Typed = (inner, type) => parts.inType(render(inner), type);
  const { scalars } = parts;
  const { parameters } = context;
  switch (expression.kind) {
    case "column":
      return context.column(expression.name);
    case "literal": {
      const { type, value } = expression;
      return value === null ? parameters.add(null, type) : scalars.literal(String(value), type, parameters);
    }
    case "comparison":
    case "logic":
    case "not":
    case "in":
    case "null_test":
    case "case":
    case "coalesce":
      return renderConditional(parts, expression, render);
    case "arithmetic":
      return scalars.arithmetic(expression, typed, parameters);
    case "string_function":
      return scalars.stringFunction(expression, typed, parameters);
    case "json_get":
      return scalars.jsonAt(typed(expression.operand, "json"), expression.path, parameters);
    case "cast":
      return castValue(parts, expression, castInput(parts, expression, context));
    case "date_part":
      return scalars.datePart(expression, typed, parameters);
    case "time_between":
      return scalars.timeBetween(expression, typed, parameters);
    case "vector_function":
      return scalars.vectorFunction(expression, typed, parameters);
    case "sql":
      return scalars.sql(expression, typed, parameters);
    case "aggregate":
      throw new TypeError("Unexpected aggregate in a scalar expression");
    default:
      return expression satisfies never;
  }
}

/** The input of a cast. JSON null has no text, so it is null before the cast. */
export function castInput(parts: DialectParts, cast: CastOf, context: ScalarContext): Rendered {
  const typed: Typed = (inner, type) => parts.inType(renderScalar(parts, inner, context), type);
  const inner = cast.operand;
  if (!readsText(cast)) return typed(inner, typeOf(inner));
  const [root, path] = inner.kind === "json_get" ? [inner.operand, inner.path] : [inner, []];
  return parts.scalars.jsonText(typed(root, "json"), path, cast.to, context.parameters);
}

/** Renders a cast of its input; the value is null if the input does not parse or fit. */
export function castValue(parts: DialectParts, cast: CastOf, input: Rendered): Rendered {
  const from = readsText(cast) ? "string" : typeOf(cast.operand);
  const value = parts.inType(input, from);
  return from === cast.to ? value : parts.scalars.cast(value, from, cast.to);
}

/** Returns whether the cast reads the JSON's text rather than the JSON. */
function readsText({ operand: inner, to }: CastOf): boolean {
  return typeOf(inner) === "json" && to !== "json" && to !== "string[]" && to !== "float64[]";
}
