import type { ValueType } from "../ir/types";
import { operandExpression } from "./literal";
import { scalar } from "./scalar";
import type { Level, LevelOf, Scalar, Typed } from "./scalar-types";

type Constant = string | number | bigint | boolean;

/**
 * The escape hatch: PostgreSQL text of a declared type. Interpolate columns with `${…}`, so that the checks know them;
 * an interpolated constant becomes a parameter. The value may be null unless `nullable: false` is set. An expression
 * that uses it runs only in PostgreSQL.
 *
 * @example sql("float64")`ln(${a.plays} + 1)`
 */
export function sql<T extends ValueType, const N extends boolean = true>(
  type: T,
  options: { readonly nullable?: N } = {},
): <O extends readonly (Constant | Typed<ValueType, boolean, Level>)[]>(
  texts: TemplateStringsArray,
  ...operands: O
) => Scalar<T, N, LevelOf<O[number]>> {
  return (texts, ...operands) =>
    scalar({
      kind: "sql",
      texts: [...texts],
      operands: operands.map((operand) => operandExpression(operand)),
      type,
      nullable: options.nullable ?? true,
    });
}
