import type { ValueType } from "../../ir/types";
import type { Render } from "../text/dialect-parts";
import { filterClause } from "../text/filter-clause";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import type { Ordering, SqlExpression } from "../tree/sql-tree";
import { ownCall } from "./function";
import { inType } from "./types";

/** Orders texts by their bytes, which is by code point. Nulls are the largest values, as in PostgreSQL. */
export function orderings(list: readonly Ordering[], render: Render): string {
  return list
    .map(({ expression, descending, string }) => {
      const value = render(expression);
      const text = operand(string ? inType(value, "string") : value);
      return `${text}${descending ? " desc nulls first" : " nulls last"}`;
    })
    .join(", ");
}

/** Writes an aggregate function's call with the parts that follow it: its filter, and its window. */
type Call = (name: string, operands: string, type?: ValueType | null) => Rendered;

/**
 * Renders an aggregate of the rows that pass its filter, over a window if `over` names one; there it has no filter. The
 * caller converts the result to the type of the language's rules.
 */
export function aggregateCall(
  { name, operand: inner, operandType, fraction, filter }: Extract<SqlExpression, { kind: "aggregate" }>,
  render: Render,
  over: string,
): Rendered {
  const after = `${filterClause(filter, render)}${over}`;
  const of: Call = (called, operands, type = null) => atom(`${called}(${operands})${after}`, type);
  if (inner === null) return of("count", "*");
  const typed = render(inner);
  switch (name) {
    case "count":
      return of("count", typed.text);
    case "count_distinct":
      return call("size", [of("collect_set", comparable(typed, operandType)).text], "int32");
    case "sum":
      return of("sum", summed(typed, operandType), operandType === "decimal" ? "decimal" : null);
    case "avg": {
      if (operandType === "float64" || operandType === "float32")
        return of("avg", summed(typed, operandType), "float64");
      // Spark's mean of integers is a mean of floats.
      const sum = inType(of("sum", exact(typed, operandType)), "float64");
      return compound(`${sum.text} / nullif(${of("count", typed.text).text}, 0)`, "float64");
    }
    case "stddev":
      return of("stddev_samp", squared(typed, operandType), "float64");
    case "variance":
      return of("var_samp", squared(typed, operandType), "float64");
    case "percentile":
      return of(
        "percentile",
        `${inType(typed, "float64").text}, ${fraction ? render(fraction).text : "null"}`,
        "float64",
      );
    case "mode":
      // Among equally frequent values, the first of the order.
      return atom(`mode() within group (order by ${comparable(typed, operandType)})${after}`, typed.type);
    case "any":
      return of("bool_or", typed.text, "bool");
    case "every":
      return of("bool_and", typed.text, "bool");
    case "min":
    case "max":
      return of(name, typed.text, typed.type);
    default:
      return name satisfies never;
  }
}

/** The value, with 0 for -0, which sets and counts of values distinguish. */
export function comparable(value: Rendered, type: ValueType | null): string {
  if (type === "float64") return `${operand(inType(value, type))} + 0`;
  return type === "float32" ? `${operand(inType(value, type))} + 0::float` : value.text;
}

/** The operand of an exact sum, which overflows only behind 30 digits. */
function exact(value: Rendered, type: ValueType | null): string {
  return type === "decimal" ? inType(value, "decimal").text : `${operand(value)}::decimal(20, 0)`;
}

/** The operand of a sum. Numbers near the limits of float64 count as infinite, as in PostgreSQL. */
function summed(value: Rendered, operandType: ValueType | null): string {
  if (operandType === "float32") return inType(value, "float64").text;
  if (operandType === "float64") return ownCall("to_be_summed", [inType(value, "float64").text]).text;
  // A sum of int32 fits in a bigint.
  return operandType === "int64" || operandType === "decimal" ? exact(value, operandType) : value.text;
}

/** The operand of a deviation: squares of numbers near the limits of float64 would overflow. */
function squared(value: Rendered, operandType: ValueType | null): string {
  const number = inType(value, "float64").text;
  return operandType === "float64" ? ownCall("to_be_squared", [number]).text : number;
}
