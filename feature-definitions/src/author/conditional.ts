import type { CaseExpression, Expression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import type { ValueType } from "../ir/types";
import { operandExpression } from "./literal";
import { scalar } from "./scalar";
import type { Level, LevelOf, NullabilityOf, Or, PlainValue, Scalar, Typed, TypeOf, TypeOfValue } from "./scalar-types";

type Constant = string | number | bigint | boolean;
type Operand = Constant | Typed<ValueType, boolean, Level>;
type OperandTypeOf<O> = [TypeOf<O>] extends [never] ? TypeOfValue<O> : TypeOf<O>;
type Condition = Typed<"bool", boolean, Level>;
type SameType<T extends ValueType> = PlainValue<T> | Typed<T, boolean, Level>;

/** An unfinished case: further branches, then `otherwise` or `end`. */
export interface CaseBuilder<T extends ValueType, N extends boolean, L extends Level> {
  when<C extends Condition, O extends SameType<T>>(
    condition: C,
    value: O,
  ): CaseBuilder<T, Or<N, NullabilityOf<O>>, L | LevelOf<C> | LevelOf<O>>;
  /** Ends the case with the value if no branch's condition is true. */
  otherwise<O extends SameType<T>>(value: O): Scalar<T, Or<N, NullabilityOf<O>>, L | LevelOf<O>>;
  /** Ends the case with null if no branch's condition is true. */
  end(): Scalar<T, true, L>;
}

function caseBuilder<T extends ValueType, N extends boolean, L extends Level>(
  branches: CaseExpression["branches"],
  type: ValueType,
): CaseBuilder<T, N, L> {
  const finish = (otherwise: Expression | null): CaseExpression => ({ kind: "case", branches, otherwise });
  return {
    when: (condition, value) =>
      caseBuilder([...branches, { when: condition.expression, value: operandExpression(value, type) }], type),
    otherwise: (value) => scalar(finish(operandExpression(value, type))),
    end: () => scalar(finish(null)),
  };
}

/**
 * Starts a case: the value of the first branch whose condition is true.
 *
 * @example `when(a.confidence.gte(0.9), "sure").when(a.confidence.gte(0.5), "likely").otherwise("unsure")`
 */
export function when<C extends Condition, const O extends Operand>(
  condition: C,
  value: O,
): CaseBuilder<OperandTypeOf<O>, NullabilityOf<O>, LevelOf<C> | LevelOf<O>> {
  const expression = operandExpression(value);
  return caseBuilder([{ when: condition.expression, value: expression }], typeOf(expression));
}

// NullabilityOf distributes: one operand that is never null makes the union contain false.
type AllNullable<N extends boolean, R> = N extends false ? false : SomeNeverNull<R> extends true ? false : true;
type SomeNeverNull<R> = true extends (R extends unknown ? (NullabilityOf<R> extends false ? true : false) : never)
  ? true
  : false;

/**
 * Returns the first non-null value. All operands have the type of the first.
 *
 * @example `coalesce(latest(a.confidence), 0)`
 */
export function coalesce<
  T extends ValueType,
  N extends boolean,
  L extends Level,
  R extends readonly [SameType<T>, ...SameType<T>[]],
>(first: Typed<T, N, L>, ...rest: R): Scalar<T, AllNullable<N, R[number]>, L | LevelOf<R[number]>> {
  const type = typeOf(first.expression);
  const operands = [first.expression, ...rest.map((value) => operandExpression(value, type))];
  return scalar({ kind: "coalesce", operands });
}

/**
 * Makes an expression of a constant, for a place where an expression must come first.
 *
 * @example `literal(1).minus(a.confidence)`
 */
export function literal<const V extends Constant>(value: V): Scalar<TypeOfValue<V>, false, never> {
  return scalar(operandExpression(value));
}
