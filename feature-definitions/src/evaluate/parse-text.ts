import type { ValueType } from "../ir/types";
import { parseDecimal } from "./decimals";
import { toInt32, toInt64 } from "./numbers";
import { parseJson } from "./parse-json";
import { asciiLower } from "./strings";
import { parseDate, parseInstant } from "./times";
import { decimalToFloat, toFloat32 } from "./to-float";
import type { PortableValue } from "./values";

const words: ReadonlyMap<string, boolean> = new Map([
  ...["true", "t", "yes", "y", "on", "1"].map((word) => [word, true] as const),
  ...["false", "f", "no", "n", "off", "0"].map((word) => [word, false] as const),
]);

function parseBool(text: string): boolean | null {
  return words.get(asciiLower(text.replace(/^[ \t\n\r]+/, "").replace(/(?<![ \t\n\r])[ \t\n\r]+$/, ""))) ?? null;
}

const integerText = /^[ \t\n\r]*([-+]?)(\d+)(?:\.0*)?[ \t\n\r]*$/;

function parseInteger(text: string, fit: (value: bigint) => bigint | null): bigint | null {
  const match = text.length <= 1000 ? integerText.exec(text) : null;
  if (!match) return null;
  const size = BigInt(match[2] ?? "");
  return fit(match[1] === "-" ? -size : size);
}

const plainNumber = /^[-+]?\d+(\.\d*)?$/;

export function parseFloat64(text: string): number | null {
  // Only plain decimal notation keeps the sign of zero.
  if (text.length <= 300 && plainNumber.test(text)) return Number(text);
  const decimal = parseDecimal(text);
  return decimal && decimalToFloat(decimal);
}

function parseFloat32(text: string): number | null {
  const value = parseFloat64(text);
  return value === null ? null : toFloat32(value);
}

/** Returns a uuid, in any letter case, as PostgreSQL prints it; null if the text is not a uuid. */
export function parseUuid(text: string): string | null {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : null;
}

/** Parsers of text by type; text that does not parse or fit gives null. */
export function readerOf(type: ValueType): (text: string) => PortableValue {
  switch (type) {
    case "bool":
      return parseBool;
    case "int32":
      return (text) => parseInteger(text, toInt32);
    case "int64":
      return (text) => parseInteger(text, toInt64);
    case "float32":
      return parseFloat32;
    case "float64":
      return parseFloat64;
    case "decimal":
      return parseDecimal;
    case "string":
      return (text) => text;
    case "timestamp":
      return parseInstant;
    case "date":
      return parseDate;
    case "uuid":
      return parseUuid;
    case "json":
      return parseJson;
    default:
      throw new TypeError(`Text cannot be cast to ${type}`);
  }
}
