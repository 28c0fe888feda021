import type { ValueType } from "../../ir/types";
import type { Render } from "../text/dialect-parts";
import { filterClause } from "../text/filter-clause";
import { atom, call, operand, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import type { Ordering, SqlExpression } from "../tree/sql-tree";
import { inType } from "./types";

/** Orders texts by their bytes, which is by code point. Nulls are the largest values, as in PostgreSQL. */
export function orderings(list: readonly Ordering[], render: Render): string {
  return list
    .map(({ expression, descending, string }) => {
      const value = render(expression);
      const text = operand(string ? inType(value, "string") : value);
      return `${text}${descending ? " desc nulls first" : ""}`;
    })
    .join(", ");
}

/** Writes an aggregate function's call with the parts that follow it: its filter, and its window. */
type Call = (name: string, operands: string, type?: ValueType | null) => Rendered;

/**
 * Renders an aggregate of the rows that pass its filter, over a window if `over` names one. The caller converts the
 * result to the type of the language's rules.
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
      return of("count", `distinct ${typed.text}`);
    case "sum":
      return of("sum", summed(typed, operandType), operandType === "decimal" ? "decimal" : null);
    case "avg":
      return of("avg", summed(typed, operandType), "float64");
    case "stddev":
      return call("sqrt", [deviation(typed, operandType, of).text], "float64");
    case "variance":
      return deviation(typed, operandType, of);
    case "percentile":
      return of("quantile_cont", `${inType(typed, "float64").text}, ${constantOf(fraction)}`, "float64");
    case "mode":
      // Among equally frequent values, the first of the list. An aggregate with an order would need four times the memory.
      return call("list_mode", [`list_sort(${of("list", typed.text).text})`], typed.type);
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

/** The operand of a sum or a mean. Numbers near the limits of float64 count as infinite, as in PostgreSQL. */
function summed(value: Rendered, operandType: ValueType | null): string {
  // A sum of `real` is a sum of doubles.
  if (operandType !== "float64") return value.text;
  return call(`${FUNCTIONS_SCHEMA}.to_be_summed`, [inType(value, "float64").text]).text;
}

/**
 * The variance. `var_samp` fails for infinite numbers, and their covariance is NaN. Squares of numbers near the limits of
 * float64 would overflow, so such numbers count as infinite.
 */
function deviation(value: Rendered, operandType: ValueType | null, of: Call): Rendered {
  const number = inType(value, "float64").text;
  const squared = operandType === "float64" ? call(`${FUNCTIONS_SCHEMA}.to_be_squared`, [number]).text : number;
  return of("covar_samp", `${squared}, ${squared}`, "float64");
}

/** The fraction of a percentile, which DuckDB takes only as a constant. */
function constantOf(fraction: SqlExpression | null): string {
  const literal = fraction?.kind === "scalar" ? fraction.expression : null;
  if (literal?.kind !== "literal" || typeof literal.value !== "number")
    throw new TypeError("The fraction of a percentile is a number");
  return String(literal.value);
}
