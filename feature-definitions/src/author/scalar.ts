import type {
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  StringFunctionName,
  TimeBetweenExpression,
} from "../ir/expressions";
import { isNullable, typeOf } from "../ir/type-of";
import type { ValueType } from "../ir/types";
import { contractMethods, emptyContract } from "./feature";
import { operandExpression } from "./literal";
import { castMethods, datePartMethods, type Level, type Scalar } from "./scalar-types";

const arithmeticMethods: Readonly<Record<string, ArithmeticOperator>> = {
  plus: "+",
  minus: "-",
  times: "*",
  dividedBy: "/",
  modulo: "%",
};

const comparisonMethods: Readonly<Record<string, ComparisonOperator>> = {
  eq: "=",
  ne: "<>",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

const stringMethods: Readonly<Record<string, StringFunctionName>> = {
  lower: "lower",
  upper: "upper",
  trim: "trim",
  length: "length",
  concat: "concat",
  substring: "substring",
  contains: "contains",
  startsWith: "starts_with",
  replace: "replace",
};

const sinceMethods: Readonly<Record<string, TimeBetweenExpression["unit"]>> = {
  daysSince: "days",
  secondsSince: "seconds",
};

type Methods = Record<string, (...inputs: readonly unknown[]) => unknown>;

/** Makes one method per entry of a table, `name → make(entry, inputs)`. */
function methodsOf<E>(
  table: Readonly<Record<string, E>>,
  make: (entry: E, inputs: readonly unknown[]) => Expression,
): Methods {
  const methods = Object.entries(table).map(([name, entry]) => [
    name,
    (...inputs: readonly unknown[]) => build(make(entry, inputs)),
  ]);
  return Object.fromEntries(methods);
}

function logic(operator: "and" | "or", operand: Expression, others: readonly unknown[]): Expression {
  const flatten = (side: Expression): readonly Expression[] =>
    side.kind === "logic" && side.operator === operator ? side.operands : [side];
  const operands = [operand, ...others.map((other) => operandExpression(other, "bool"))].flatMap(flatten);
  return { kind: "logic", operator, operands };
}

/** Combines conditions with `and`; absent ones are skipped. */
export function allOf(conditions: readonly (Expression | null)[]): Expression | null {
  const present = conditions.filter((condition) => condition !== null);
  const [first, ...rest] = present;
  if (first === undefined || rest.length === 0) return first ?? null;
  return logic(
    "and",
    first,
    rest.map((expression) => ({ kind: "scalar", expression })),
  );
}

function castsOf(operand: Expression): Methods {
  const casts = Object.entries(castMethods).map(([name, to]) => {
    const cast = (strict: boolean): Expression => ({ kind: "cast", operand, to, strict });
    return [name, () => ({ ...build(cast(false)), strict: () => build(cast(true)) })];
  });
  return Object.fromEntries(casts);
}

/**
 * Every method of every type. The static type offers only those that fit; if plain JavaScript calls another, the tree
 * is built as written and the checks report the error.
 */
function build(expression: Expression): object {
  const type = typeOf(expression);
  const operandOf = (other: unknown): Expression => operandExpression(other, type);
  return {
    kind: "scalar",
    expression,
    ...methodsOf(arithmeticMethods, (operator, [other]) => ({
      kind: "arithmetic",
      operator,
      left: expression,
      right: operandOf(other),
    })),
    ...methodsOf(comparisonMethods, (operator, [other]) => ({
      kind: "comparison",
      operator,
      left: expression,
      right: operandOf(other),
    })),
    ...methodsOf(stringMethods, (name, inputs) => ({
      kind: "string_function",
      name,
      operands: [expression, ...inputs.filter((input) => input !== undefined).map((input) => operandExpression(input))],
    })),
    ...methodsOf(datePartMethods, (part, [zone]) => ({
      kind: "date_part",
      part,
      operand: expression,
      zone: typeof zone === "string" ? zone : "UTC",
    })),
    ...methodsOf(sinceMethods, (unit, [start]) => ({
      kind: "time_between",
      unit,
      start: operandOf(start),
      end: expression,
    })),
    ...castsOf(expression),
    in: (...values: readonly unknown[]) =>
      build({
        kind: "in",
        operand: expression,
        values: values.map(operandOf).filter((value) => value.kind === "literal"),
      }),
    and: (...others: readonly unknown[]) => build(logic("and", expression, others)),
    or: (...others: readonly unknown[]) => build(logic("or", expression, others)),
    not: () => build({ kind: "not", operand: expression }),
    isNull: () => build({ kind: "null_test", operand: expression, negated: false }),
    isNotNull: () => build({ kind: "null_test", operand: expression, negated: true }),
    get: (...path: readonly (string | number)[]) => build({ kind: "json_get", operand: expression, path }),
    ...contractMethods({
      expression,
      type,
      nullable: isNullable(expression),
      embedding: null,
      contract: emptyContract,
    }),
  };
}

/**
 * Makes an expression with its methods.
 *
 * The cast is the only link between the tree, which is plain data, and its static type, which exists only for the type
 * checker: callers declare the type that `typeOf` gives.
 */
export function scalar<T extends ValueType, N extends boolean, L extends Level>(
  expression: Expression,
): Scalar<T, N, L> {
  return build(expression) as Scalar<T, N, L>;
}
