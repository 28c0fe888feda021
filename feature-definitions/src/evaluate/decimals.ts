import type { ArithmeticOperator } from "../ir/expressions";
import type { Decimal } from "./values";

/** The maximum number of digits of PostgreSQL's `numeric` before and after the point. */
const MAXIMUM_WHOLE_DIGITS = 131_072;
const MAXIMUM_SCALE = 16_383;

const tenTo = (exponent: number): bigint => 10n ** BigInt(exponent);
const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);

/** The number of digits before the point; 0 or less for numbers below 1. */
function wholeDigits({ units, scale }: Decimal): number {
  return sizeOf(units).toString().length - scale;
}

function fitting(value: Decimal): Decimal | null {
  const isSmall = BigInt.asIntN(64, value.units) === value.units;
  return isSmall || wholeDigits(value) <= MAXIMUM_WHOLE_DIGITS ? value : null;
}

/** Returns the number with these digits before and after the point, times 10^`exponent`; null if it is out of range. */
export function decimalOf(sign: string, whole: string, fraction: string, exponent: number): Decimal | null {
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const scale = fraction.length - exponent;
  if (scale > MAXIMUM_SCALE || (digits !== "" && digits.length - scale > MAXIMUM_WHOLE_DIGITS)) return null;
  if (digits === "") return { units: 0n, scale: Math.max(0, scale) };
  const size = scale < 0 ? BigInt(digits) * tenTo(-scale) : BigInt(digits);
  return { units: sign === "-" ? -size : size, scale: Math.max(0, scale) };
}

const plain = /^[ \t\n\r]*([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,3}))?[ \t\n\r]*$/;

/** Reads `-12.50`, `.5`, `1e3`; null for anything else. */
export function parseDecimal(text: string): Decimal | null {
  const match = text.length <= 1000 ? plain.exec(text) : null;
  if (!match) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  return whole === "" && fraction === "" ? null : decimalOf(sign, whole, fraction, Number(exponent));
}

export function printDecimal({ units, scale }: Decimal): string {
  if (scale === 0) return units.toString();
  const digits = sizeOf(units)
    .toString()
    .padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${units < 0n ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The units of a number at a scale that is not below its own. */
function unitsAt({ units, scale }: Decimal, newScale: number): bigint {
  return scale === newScale ? units : units * tenTo(newScale - scale);
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const [x, y] = [unitsAt(a, scale), unitsAt(b, scale)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Divides whole numbers, rounding half away from zero. */
function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const size = sizeOf(divisor);
  const rounded = (sizeOf(dividend) * 2n + size) / (size * 2n);
  return dividend < 0n === divisor < 0n ? rounded : -rounded;
}

/** Rounds to the nearest whole number, half away from zero. */
export function roundDecimal({ units, scale }: Decimal): bigint {
  return scale === 0 ? units : roundedQuotient(units, tenTo(scale));
}

function multiply(a: Decimal, b: Decimal): Decimal | null {
  const [units, scale] = [a.units * b.units, a.scale + b.scale];
  if (scale <= MAXIMUM_SCALE) return fitting({ units, scale });
  return fitting({ units: roundedQuotient(units, tenTo(scale - MAXIMUM_SCALE)), scale: MAXIMUM_SCALE });
}

/**
 * A number's first group of four digits, counted from the point, and the group's index: 0 is the group before the
 * point.
 */
function firstGroup(value: Decimal): { readonly group: number; readonly index: number } {
  if (value.units === 0n) return { group: 0, index: 0 };
  const exponent = wholeDigits(value) - 1;
  const index = Math.floor(exponent / 4);
  const length = exponent - index * 4 + 1;
  return { group: Number(sizeOf(value.units).toString().slice(0, length).padEnd(length, "0")), index };
}

/**
 * The number of digits that PostgreSQL gives a quotient: at least 16 significant ones, depending on the groups of
 * digits it computes with.
 */
function quotientScale(a: Decimal, b: Decimal): number {
  const [top, bottom] = [firstGroup(a), firstGroup(b)];
  const index = top.index - bottom.index - (top.group <= bottom.group ? 1 : 0);
  return Math.min(1000, Math.max(0, 16 - index * 4, a.scale, b.scale));
}

function divide(a: Decimal, b: Decimal): Decimal | null {
  if (b.units === 0n) return null;
  const scale = quotientScale(a, b);
  const shift = scale + b.scale - a.scale;
  const units =
    shift >= 0 ? roundedQuotient(a.units * tenTo(shift), b.units) : roundedQuotient(a.units, b.units * tenTo(-shift));
  return fitting({ units, scale });
}

/** Returns the remainder, with the sign of the dividend. */
function remainder(a: Decimal, b: Decimal): Decimal | null {
  if (b.units === 0n) return null;
  const scale = Math.max(a.scale, b.scale);
  return { units: unitsAt(a, scale) % unitsAt(b, scale), scale };
}

function add(a: Decimal, b: Decimal): Decimal | null {
  const scale = Math.max(a.scale, b.scale);
  return fitting({ units: unitsAt(a, scale) + unitsAt(b, scale), scale });
}

export const decimalOperations: Readonly<Record<ArithmeticOperator, (a: Decimal, b: Decimal) => Decimal | null>> = {
  "+": add,
  "-": (a, b) => add(a, { units: -b.units, scale: b.scale }),
  "*": multiply,
  "/": divide,
  "%": remainder,
};
