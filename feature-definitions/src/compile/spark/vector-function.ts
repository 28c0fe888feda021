import type { VectorFunctionExpression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { Typed } from "../text/dialect-parts";
import type { Rendered } from "../text/rendered";
import { ownCall } from "./function";

/** Renders vector functions, which sum in float64. */
export function renderVectorFunction({ name, left, right }: VectorFunctionExpression, typed: Typed): Rendered {
  return ownCall(
    name,
    [left, right].map((side) => typed(side, typeOf(side)).text),
    "float64",
  );
}
