import type { Cell, PassthroughType } from "./spine-row";

/** A column's type, with its Arrow type if that differs from the default of `type`. */
export interface LearnedType {
  readonly type: PassthroughType;
  readonly arrow?: string;
}

const INTEGER = /^(?:0|-?[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const GREATEST_UNSIGNED = 2n ** 64n - 1n;
/** Digits that a 128-bit decimal always holds. */
const MAX_DIGITS = 38;

/** Infers a column's type from its values: call `see` for each value, then `type`. */
export function learnType(isUntyped: boolean): { see(cell: Cell): void; type(): LearnedType } {
  const seen = { bool: false, integer: false, inexact: false, number: false, text: false, json: false };
  // The type needed for integers beyond 64 bits.
  const wide = { isNegative: false, isUnsigned: false, isDecimal: false, isLonger: false };
  const seeInteger = (text: string): void => {
    seen.integer = true;
    if (text.startsWith("-")) wide.isNegative = true;
    if (text.length <= 15) return;
    if (text.replace("-", "").length > MAX_DIGITS) {
      wide.isLonger = true;
      return;
    }
    const value = BigInt(text);
    if (value >= MIN_INT64 && value <= MAX_INT64) {
      if (!Number.isSafeInteger(Number(text))) seen.inexact = true;
    } else if (value > 0n && value <= GREATEST_UNSIGNED) wide.isUnsigned = true;
    else wide.isDecimal = true;
  };
  return {
    see(cell) {
      if (cell === null) return;
      const isText = cell.startsWith('"');
      const text = isText && isUntyped ? cell.slice(1, -1) : cell;
      if (isText && !isUntyped) seen.text = true;
      else if (INTEGER.test(text)) seeInteger(text);
      else if (NUMBER.test(text) && Number.isFinite(Number(text))) seen.number = true;
      else if (isText) seen.text = true;
      else if (text === "true" || text === "false") seen.bool = true;
      else seen.json = true;
    },
    type() {
      const isNumeric = seen.integer || seen.number;
      // Other programs write large floats without a fraction; next to fractions, only id-like numbers stay text.
      const isMixed = seen.number ? seen.inexact : wide.isLonger;
      if (isUntyped) return seen.text || !isNumeric || isMixed ? { type: "string" } : numeric();
      const kinds = [seen.bool, isNumeric, seen.text, seen.json].filter(Boolean).length;
      if (kinds > 1 || seen.json || isMixed) return { type: "json" };
      return seen.bool ? { type: "bool" } : isNumeric ? numeric() : { type: "string" };
    },
  };
  function numeric(): LearnedType {
    if (seen.number) return { type: "float64" };
    if (wide.isDecimal || (wide.isUnsigned && wide.isNegative))
      return { type: "decimal", arrow: `decimal128(${MAX_DIGITS}, 0)` };
    return wide.isUnsigned ? { type: "decimal", arrow: "uint64" } : { type: "int64" };
  }
}
