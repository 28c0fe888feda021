import type { VectorFunctionExpression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { Typed } from "../text/dialect-parts";
import { atom, operand, type Rendered } from "../text/rendered";

/**
 * Renders vector functions with pgvector, which computes in float32. The result is null if it is not a finite number:
 * for a vector of zeros or beyond float32's range.
 */
export function renderVectorFunction({ name, left, right }: VectorFunctionExpression, typed: Typed): Rendered {
  const [a, b] = [left, right].map((side) => operand(typed(side, typeOf(side))));
  switch (name) {
    case "cosine_similarity":
      return atom(`nullif(1 - (${a} <=> ${b}), 'NaN')`, "float64");
    case "inner_product":
      return atom(`nullif(nullif(nullif(-(${a} <#> ${b}), 'NaN'), 'Infinity'), '-Infinity')`, "float64");
    case "l2_distance":
      return atom(`nullif(${a} <-> ${b}, 'Infinity')`, "float64");
    default:
      return name satisfies never;
  }
}
