import { compareDecimals, parseDecimal, printDecimal } from "./decimals";
import type { Decimal } from "./values";

const zero: Decimal = { units: 0n, scale: 0 };
const largest = parseDecimal("1.7976931348623157e308") ?? zero;
const smallest = parseDecimal("5e-324") ?? zero;

/** The nearest float64; null beyond the largest, 0 below the smallest. */
export function decimalToFloat(value: Decimal): number | null {
  const size = { units: value.units < 0n ? -value.units : value.units, scale: value.scale };
  if (compareDecimals(size, largest) > 0) return null;
  return compareDecimals(size, smallest) < 0 ? 0 : Number(printDecimal(value));
}

/** The nearest float32; null beyond the largest, 0 below the smallest. */
export function toFloat32(value: number): number | null {
  if (Math.abs(value) > 3.4028234663852886e38) return null;
  return value === 0 || Math.abs(value) > 2 ** -150 ? Math.fround(value) : 0;
}

/**
 * The float32 nearest to a whole number. Converting via float64 would round twice, so the bits cut off first leave a
 * sticky bit.
 */
export function integerToFloat32(value: bigint): number {
  const dropped = 20n;
  const high = value >> dropped;
  const isExact = high << dropped === value || BigInt.asIntN(53, value) === value;
  return Math.fround(isExact ? Number(value) : Number(high | 1n) * 2 ** Number(dropped));
}

/** Rounds up to the next whole number, half away from zero. */
export function roundFloat(value: number): bigint {
  const whole = Math.trunc(value);
  return BigInt(Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole);
}
