/** An exact decimal number: `units` × 10^−`scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const power = (exponent: number): bigint => 10n ** BigInt(exponent);
const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** Reads `-12.50`, `.5`, `1e3`; undefined for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^[ \t\n\r]*([-+]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([-+]?\d{1,3}))?[ \t\n\r]*$/.exec(text);
  if (!match || text.length > 1000) return undefined;
  const [, sign, whole = "", fraction = match[4] ?? "", , exponent = "0"] = match;
  const units = BigInt(`${whole}${fraction}` || "0") * (sign === "-" ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { units, scale } : { units: units * power(-scale), scale: 0 };
}

export function printDecimal({ units, scale }: Decimal): string {
  const digits = absolute(units)
    .toString()
    .padStart(scale + 1, "0");
  const sign = units < 0n ? "-" : "";
  if (scale === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function align(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * power(scale - a.scale), b.units * power(scale - b.scale), scale];
}

/** Drops zeros at the end of the fraction. */
export function trimDecimal({ units, scale }: Decimal): Decimal {
  return scale > 0 && units % 10n === 0n ? trimDecimal({ units: units / 10n, scale: scale - 1 }) : { units, scale };
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = align(a, b);
  return { units: x + y, scale };
}

export function negateDecimal({ units, scale }: Decimal): Decimal {
  return { units: -units, scale };
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [x, y] = align(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The remainder with the sign of the dividend. */
export function remainderOfDecimals(a: Decimal, b: Decimal): Decimal | undefined {
  const [x, y, scale] = align(a, b);
  return y === 0n ? undefined : { units: x % y, scale };
}

function divideHalfAway(dividend: bigint, divisor: bigint): bigint {
  const quotient = absolute(dividend) / absolute(divisor);
  const rest = absolute(dividend) % absolute(divisor);
  const rounded = rest * 2n >= absolute(divisor) ? quotient + 1n : quotient;
  return dividend < 0n === divisor < 0n ? rounded : -rounded;
}

/** Rounds to a number of digits after the point, half away from zero. */
export function roundDecimal({ units, scale }: Decimal, digits = 0): Decimal {
  if (scale <= digits) return { units: units * power(digits - scale), scale: digits };
  return { units: divideHalfAway(units, power(scale - digits)), scale: digits };
}

/** PostgreSQL's storage of a number: its first group of four digits, and the number of groups before the point. */
function leadingGroup({ units, scale }: Decimal): { readonly first: number; readonly weight: number } {
  if (units === 0n) return { first: 0, weight: 0 };
  const [whole = "", fraction = ""] = printDecimal({ units: absolute(units), scale }).split(".");
  const wholeGroups = whole.padStart(Math.ceil(whole.length / 4) * 4, "0");
  const groups = `${wholeGroups}${fraction.padEnd(Math.ceil(fraction.length / 4) * 4, "0")}`.match(/.{4}/g) ?? [];
  const index = groups.findIndex((group) => group !== "0000");
  return { first: Number(groups[index]), weight: wholeGroups.length / 4 - 1 - index };
}

/** A quotient to at least 16 significant digits, by PostgreSQL's rule, half away from zero. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal | undefined {
  if (b.units === 0n) return undefined;
  const [top, bottom] = [leadingGroup(a), leadingGroup(b)];
  const weight = top.weight - bottom.weight - (top.first <= bottom.first ? 1 : 0);
  const scale = Math.min(Math.max(16 - weight * 4, a.scale, b.scale, 0), 1000);
  const [x, y] = align(a, b);
  return { units: divideHalfAway(x * power(scale), y), scale };
}

export function decimalToNumber(value: Decimal): number {
  return Number(printDecimal(value));
}
