/** Reads numbers from the ASCII bytes that PostgreSQL prints. */

const ZERO = 48;
const MINUS = 45;

/** Returns the integer of at most 15 digits; NaN for any other text. */
export function shortInteger(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS;
  const first = isNegative ? start + 1 : start;
  if (end - first > 15 || end <= first) return Number.NaN;
  let value = 0;
  for (let at = first; at < end; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return isNegative ? 0 - value : value;
}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** Returns the 64-bit integer of a text; null if it is none. */
export function longInteger(text: string): bigint | null {
  if (!/^-?\d{1,400}$/.test(text)) return null;
  const value = BigInt(text);
  return value < MIN_INT64 || value > MAX_INT64 ? null : value;
}

const number = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Returns a float; undefined if the text is no number or beyond the range. NaN and the infinities are numbers. */
export function floatOf(text: string): number | undefined {
  const value = Number(text);
  if (Number.isFinite(value)) return number.test(text) ? value : undefined;
  if (text === "NaN") return Number.NaN;
  if (text === "Infinity" || text === "-Infinity") return value;
  return undefined;
}
