import type { VectorFunctionExpression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import { vectorDimensions } from "../../ir/types";
import type { Typed } from "../text/dialect-parts";
import { call, operand, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";

/**
 * Renders vector functions, which sum in float64. The result is null if it is not a finite number of float32: for a
 * vector of zeros, or where pgvector would leave that range.
 */
export function renderVectorFunction({ name, left, right }: VectorFunctionExpression, typed: Typed): Rendered {
  const vectors = [left, right].map((side) => {
    const type = typeOf(side);
    return `${operand(typed(side, type))}::double[${vectorDimensions(type)}]`;
  });
  const inRange = (value: Rendered): Rendered => call(`${FUNCTIONS_SCHEMA}.float32_range`, [value.text], "float64");
  switch (name) {
    case "cosine_similarity":
      return call(`${FUNCTIONS_SCHEMA}.cosine_similarity`, vectors, "float64");
    case "inner_product":
      return inRange(call("array_inner_product", vectors));
    case "l2_distance":
      return inRange(call("array_distance", vectors));
    default:
      return name satisfies never;
  }
}
