import type { Cell } from "./spine-row";

/** What a passthrough column holds throughout. Numbers keep their digits wherever the result's format can. */
export type PassthroughType = "bool" | "int64" | "float64" | "string" | "json";

const INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/** Learns a column's type from its values: `see` each, then ask. */
export function learnType(isUntyped: boolean): { see(cell: Cell): void; type(): PassthroughType } {
  const seen = { bool: false, integer: false, longInteger: false, number: false, text: false, json: false };
  return {
    see(cell) {
      if (cell === null) return;
      const isText = cell.startsWith('"');
      const text = isText && isUntyped ? cell.slice(1, -1) : cell;
      if (isText && !isUntyped) seen.text = true;
      else if (isInteger(text)) {
        seen.integer = true;
        if (text.length > 15 && !Number.isSafeInteger(Number(text))) seen.longInteger = true;
      } else if (NUMBER.test(text) && Number.isFinite(Number(text))) seen.number = true;
      else if (isText) seen.text = true;
      else if (text === "true" || text === "false") seen.bool = true;
      else seen.json = true;
    },
    type() {
      const isNumeric = seen.integer || seen.number;
      if (isUntyped) return seen.text || !isNumeric || (seen.number && seen.longInteger) ? "string" : numeric();
      const kinds = [seen.bool, isNumeric, seen.text, seen.json].filter(Boolean).length;
      if (kinds > 1 || seen.json || (seen.number && seen.longInteger)) return "json";
      return seen.bool ? "bool" : isNumeric ? numeric() : "string";
    },
  };
  function numeric(): PassthroughType {
    return seen.number ? "float64" : "int64";
  }
}

function isInteger(text: string): boolean {
  if (!INTEGER.test(text)) return false;
  if (text.length < 19) return true;
  const value = BigInt(text);
  return value >= LEAST && value <= GREATEST;
}
