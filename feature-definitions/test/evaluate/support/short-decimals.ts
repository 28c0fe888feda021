import { compileEvaluator } from "../../../src/evaluate/compile-evaluator";
import { roundDecimal } from "../../../src/evaluate/decimals";
import {
  type Decimal,
  type Evaluator,
  type EvaluatorInputs,
  isDecimal,
  type PortableValue,
} from "../../../src/evaluate/values";
import type { Expression } from "../../../src/ir/expressions";
import { typeOf } from "../../../src/ir/type-of";
import { mapExpression } from "../../../src/ir/visit";

/*
 * The decimals of DuckDB: 28 digits before the point and 10 after it. Every decimal that an expression reads or makes is
 * rounded half away from zero, and null if it is too large; zeros at the end of its fraction say nothing.
 */

const SCALE = 10;
const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);
const tenTo = (exponent: number): bigint => 10n ** BigInt(exponent);

export function shortDecimal({ units, scale }: Decimal): Decimal | null {
  const short = scale <= SCALE ? units * tenTo(SCALE - scale) : roundDecimal({ units, scale: scale - SCALE });
  return sizeOf(short) < tenTo(38) ? trimmed(short, SCALE) : null;
}

function trimmed(units: bigint, scale: number): Decimal {
  return scale > 0 && units % 10n === 0n ? trimmed(units / 10n, scale - 1) : { units, scale };
}

/** PostgreSQL rounds a quotient by its size, so it cannot be rounded again. */
function quotient(top: Decimal | null, bottom: Decimal | null): Decimal | null {
  if (top === null || bottom === null || bottom.units === 0n) return null;
  const dividend = top.units * tenTo(SCALE + bottom.scale);
  const divisor = bottom.units * tenTo(top.scale);
  const rounded = (sizeOf(dividend) * 2n + sizeOf(divisor)) / (sizeOf(divisor) * 2n);
  return { units: dividend < 0n === divisor < 0n ? rounded : -rounded, scale: SCALE };
}

/** Like `compileEvaluator`, with short decimals: evaluates one node after the other, over the rounded values of its operands. */
export function compileWithShortDecimals(expression: Expression): Evaluator {
  const steps: ((values: EvaluatorInputs) => PortableValue)[] = [];
  const nameOf = (step: number): string => `step ${step}`;
  mapExpression(expression, (node) => {
    const type = typeOf(node);
    const evaluate = compileEvaluator(node);
    const isQuotient = node.kind === "arithmetic" && node.operator === "/" && type === "decimal";
    const read = (values: EvaluatorInputs, operand: Expression): Decimal | null => {
      const value = (operand.kind === "column" ? values.get(operand.name) : null) ?? null;
      return typeof value === "bigint" ? { units: value, scale: 0 } : isDecimal(value) ? value : null;
    };
    steps.push((values) => {
      const value = isQuotient ? quotient(read(values, node.left), read(values, node.right)) : evaluate(values);
      return type === "decimal" && isDecimal(value) ? shortDecimal(value) : value;
    });
    return { kind: "column", name: nameOf(steps.length - 1), type, nullable: true };
  });
  return (inputs) => {
    const values = new Map(inputs);
    for (const [index, step] of steps.entries()) values.set(nameOf(index), step(values));
    return values.get(nameOf(steps.length - 1)) ?? null;
  };
}
