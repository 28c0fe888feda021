import type { ArithmeticOperator } from "../ir/expressions";

export const toInt32 = (value: bigint): bigint | null => (BigInt.asIntN(32, value) === value ? value : null);
export const toInt64 = (value: bigint): bigint | null => (BigInt.asIntN(64, value) === value ? value : null);

/** Arithmetic of whole numbers; `/` applies to floats or decimals. */
export function integerOperations(
  fit: (value: bigint) => bigint | null,
): Readonly<Record<Exclude<ArithmeticOperator, "/">, (a: bigint, b: bigint) => bigint | null>> {
  return {
    "+": (a, b) => fit(a + b),
    "-": (a, b) => fit(a - b),
    "*": (a, b) => fit(a * b),
    "%": (a, b) => (b === 0n ? null : a % b),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A result too small for a float is 0, without a sign. */
function multiply(a: number, b: number): number | null {
  const product = a * b;
  if (Math.abs(product) > Number.MIN_VALUE || a === 0 || b === 0) return finite(product);
  // The SQL functions compare these scaled factors, whose product is rounded too.
  return Math.abs(a * 2 ** 512 * (b * 2 ** 512)) <= 2 ** -51 ? 0 : product;
}

function divide(a: number, b: number): number | null {
  if (b === 0) return null;
  const quotient = a / b;
  return quotient === 0 && a !== 0 ? 0 : finite(quotient);
}

function remainder(a: number, b: number): number | null {
  const quotient = divide(a, b);
  const product = quotient === null ? null : multiply(b, Math.trunc(quotient));
  return product === null ? null : finite(a - product);
}

export const floatOperations: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number | null>> = {
  "+": (a, b) => finite(a + b),
  "-": (a, b) => finite(a - b),
  "*": multiply,
  "/": divide,
  "%": remainder,
};
