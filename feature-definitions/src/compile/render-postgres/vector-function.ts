import type { Expression, VectorFunctionExpression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import { atom, inType, operand, type Rendered } from "./rendered";

/** By pgvector, which computes in float32. Null where that is no finite number: of a vector of zeros, beyond its range. */
export function renderVectorFunction(
  { name, left, right }: VectorFunctionExpression,
  render: (inner: Expression) => Rendered,
): Rendered {
  const [a, b] = [left, right].map((side) => operand(inType(render(side), typeOf(side))));
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
