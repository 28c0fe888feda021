import type { AggregateCall, Render } from "../text/dialect-parts";
import { filterClause } from "../text/filter-clause";
import { atom, call, operand, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import type { Ordering, SqlExpression } from "../tree/sql-tree";
import { inType } from "./database-types";

/**
 * Strings order by code point, as everywhere. The column itself may be an enum, a uuid or citext, which have no
 * collation or compare by other rules, so it is cast to text first.
 */
export function orderings(list: readonly Ordering[], render: Render): string {
  return list
    .map(({ expression, descending, string }) => {
      const value = render(expression);
      const text = string ? `${operand(inType(value, "string"))} collate "C"` : operand(value);
      return `${text}${descending ? " desc" : ""}`;
    })
    .join(", ");
}

/**
 * Renders an aggregate of the rows that pass its filter, over a window if `over` names one. The caller converts the
 * result to the type of the language's rules.
 */
export function aggregateCall(
  { name, operand: inner, operandType, fraction, filter }: AggregateCall,
  render: Render,
  over: string,
): Rendered {
  const after = `${filterClause(filter, render)}${over}`;
  if (inner === null) return atom(`count(*)${after}`);
  const typed = render(inner);
  const string = operandType === "string" ? ' collate "C"' : "";
  switch (name) {
    case "count":
      return atom(`count(${typed.text})${after}`);
    case "count_distinct":
      return atom(`count(distinct ${string ? operand(typed) : typed.text}${string})${after}`);
    case "sum":
      return atom(`sum(${summed(inner, operandType, render)})${after}`);
    case "avg":
      return atom(`avg(${summed(inner, operandType, render)})${after}`);
    case "stddev":
      // For numeric, PostgreSQL's standard deviation has no decimal places where the variance has 16.
      return atom(`stddev_samp(${squared(inner, operandType, render)})${after}`, "float64");
    case "variance":
      return atom(`var_samp(${squared(inner, operandType, render)})${after}`, "float64");
    case "percentile": {
      const order = inType(typed, "float64").text;
      const direct = fraction ? render(fraction).text : "null";
      return atom(`percentile_cont(${direct}) within group (order by ${order})${after}`, "float64");
    }
    case "mode":
      // Among equally frequent values, PostgreSQL takes the first in this order.
      return atom(
        `mode() within group (order by ${string ? operand(typed) : typed.text}${string})${after}`,
        typed.type,
      );
    case "any":
      return atom(`bool_or(${typed.text})${after}`, "bool");
    case "every":
      return atom(`bool_and(${typed.text})${after}`, "bool");
    case "min":
    case "max":
      if (operandType === "bool") return atom(`bool_${name === "min" ? "and" : "or"}(${typed.text})${after}`, "bool");
      if (string) return atom(`${name}(${operand(typed)}${string})${after}`, "string");
      // Before PostgreSQL 18 there is no such aggregate for uuids; their texts have the same order.
      if (operandType === "uuid")
        return atom(`${name}(${operand(inType(typed, "string"))} collate "C")${after}`, "string");
      if (inner.kind === "read" && inner.type === "timestamp" && inner.zone === "UTC") {
        // UTC never goes back, so one conversion of the result is enough.
        return atom(`(${name}(${render(inner.field).text})${after} at time zone 'UTC')`, "timestamp");
      }
      return atom(`${name}(${uncast(inner, render).text})${after}`, uncast(inner, render).type);
    default:
      return name satisfies never;
  }
}

/** A bare number column in the database's type: numeric is aggregated exactly, as numeric, and cast once. */
function uncast(inner: SqlExpression, render: Render): Rendered {
  const isNumber = inner.kind === "read" && ["float32", "float64", "int32", "int64", "decimal"].includes(inner.type);
  return isNumber ? render(inner.field) : render(inner);
}

/**
 * The operand of a deviation. Squares of numbers near the limits of float64 would overflow, so such numbers count as
 * infinite.
 */
function squared(inner: SqlExpression, operandType: string | null, render: Render): string {
  if (operandType !== "float64" && operandType !== "decimal") return inType(render(inner), "float64").text;
  return call(`${FUNCTIONS_SCHEMA}.to_be_squared`, [uncast(inner, render).text], "float64").text;
}

/** The operand of a sum or a mean. Numbers near the limits of float64 would overflow, so they count as infinite. */
function summed(inner: SqlExpression, operandType: string | null, render: Render): string {
  // A sum of `real` would be `real`, with seven digits.
  if (operandType === "float32") return inType(render(inner), "float64").text;
  if (operandType !== "float64" && operandType !== "decimal") return uncast(inner, render).text;
  return call(`${FUNCTIONS_SCHEMA}.to_be_summed`, [uncast(inner, render).text]).text;
}
