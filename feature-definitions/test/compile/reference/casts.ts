import type { ValueType } from "../../../src/ir/types";
import { compareDecimals, type Decimal, decimalToNumber, parseDecimal, printDecimal, roundDecimal } from "./decimal";
import { jsonText, parseJson } from "./json";
import { instantOf, printInstant, SECOND } from "./time";
import type { Json, Value } from "./values";

const LARGEST: Decimal = parseDecimal("1.7976931348623157e308") ?? { units: 0n, scale: 0 };
const SMALLEST: Decimal = parseDecimal("5e-324") ?? { units: 0n, scale: 0 };

const inRange = (value: bigint, bits: bigint): bigint | null =>
  value >= -(2n ** (bits - 1n)) && value < 2n ** (bits - 1n) ? value : null;

export const toInt32 = (value: bigint): bigint | null => inRange(value, 32n);
export const toInt64 = (value: bigint): bigint | null => inRange(value, 64n);

export function toFloat64(value: Decimal): number | null {
  const size = { units: value.units < 0n ? -value.units : value.units, scale: value.scale };
  if (compareDecimals(size, LARGEST) > 0) return null;
  return compareDecimals(size, SMALLEST) < 0 ? 0 : decimalToNumber(value);
}

export function toFloat32(value: number): number | null {
  if (!(Math.abs(value) <= 3.4028234663852886e38)) return null;
  return Math.fround(value);
}

function roundHalfAway(value: number): bigint {
  const whole = Math.trunc(value);
  return BigInt(Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole);
}

/** A value cast to another type; null if it does not parse or fit. */
export function cast(value: Exclude<Value, null>, from: ValueType, to: ValueType): Value {
  if (from === to) return value;
  if (from === "json") return castJson(value as Json, to);
  if (from === "string") return castText(value as string, to);
  switch (to) {
    case "int32":
    case "int64": {
      const narrow = to === "int32" ? toInt32 : toInt64;
      if (from === "bool") return value === true ? 1n : 0n;
      if (from === "decimal") return narrow(roundDecimal(value as Decimal).units);
      return narrow(typeof value === "number" ? roundHalfAway(value) : (value as bigint));
    }
    case "float64":
      return from === "decimal" ? toFloat64(value as Decimal) : Number(value);
    case "float32": {
      if (from === "int32" || from === "int64") return nearestFloat32(value as bigint);
      const wide = from === "decimal" ? toFloat64(value as Decimal) : Number(value);
      return wide === null ? null : toFloat32(wide);
    }
    case "decimal":
      return { units: value as bigint, scale: 0 };
    case "string":
      return from === "decimal" ? printDecimal(value as Decimal) : String(value);
    case "date":
      return printInstant(value as bigint).slice(0, 10);
    case "timestamp":
      return dateToInstant(value as string);
    default:
      throw new TypeError(`No cast from ${from} to ${to}`);
  }
}

/** The float32 nearest to an integer; converting via float64 would round twice. */
function nearestFloat32(value: bigint): number {
  const near = Math.fround(Number(value));
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, near);
  const candidates = [-1, 0, 1].map((step) => {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, bits.getUint32(0) + step);
    return { float: view.getFloat32(0), isEven: (view.getUint32(0) & 1) === 0 };
  });
  if (near === 0) return near;
  const distance = (float: number): bigint => {
    const difference = BigInt(float) - value;
    return difference < 0n ? -difference : difference;
  };
  const whole = candidates.filter(({ float }) => Number.isInteger(float));
  whole.sort((a, b) => {
    const [x, y] = [distance(a.float), distance(b.float)];
    return x < y ? -1 : x > y ? 1 : Number(b.isEven) - Number(a.isEven);
  });
  return whole[0]?.float ?? near;
}

export function dateToInstant(date: string): bigint {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return instantOf([year, month, day, 0, 0, 0]) ?? 0n;
}

function castJson(json: Json, to: ValueType): Value {
  if (to === "string[]" || to === "float64[]") return castArray(json, to);
  const text = jsonText(json);
  return text === null ? null : to === "string" ? text : castText(text, to);
}

function castArray(json: Json, to: "string[]" | "float64[]"): Value {
  if (json.kind !== "array") return null;
  const texts = json.items.map((item) => (item.kind === "object" || item.kind === "array" ? null : jsonText(item)));
  if (to === "string[]") {
    const inputs = texts.filter((text) => text !== null);
    return inputs.length === texts.length ? inputs : null;
  }
  const numbers = texts.map((text) => (text === null ? null : castText(text, "float64")));
  const inputs = numbers.filter((number) => typeof number === "number");
  return inputs.length === numbers.length ? inputs : null;
}

function castText(text: string, to: ValueType): Value {
  const trimmed = text.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, "");
  switch (to) {
    case "bool": {
      const word = trimmed.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      if (["true", "t", "yes", "y", "on", "1"].includes(word)) return true;
      return ["false", "f", "no", "n", "off", "0"].includes(word) ? false : null;
    }
    case "int32":
    case "int64": {
      if (!/^[-+]?\d+(\.0*)?$/.test(trimmed) || text.length > 1000) return null;
      const whole = BigInt(trimmed.replace(/\..*$/, "").replace("+", ""));
      return to === "int32" ? toInt32(whole) : toInt64(whole);
    }
    case "decimal":
      return parseDecimal(text) ?? null;
    case "float64":
    case "float32": {
      const decimal = parseDecimal(text);
      // A plain text of zero keeps its sign, which no decimal has.
      const plain = /^-0+(\.0*)?$/.test(text) ? -0 : null;
      const wide = decimal ? (plain ?? toFloat64(decimal)) : null;
      return wide === null || to === "float64" ? wide : toFloat32(wide);
    }
    case "date": {
      const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(trimmed);
      if (!match) return null;
      const instant = instantOf([Number(match[1]), Number(match[2]), Number(match[3]), 0, 0, 0]);
      return instant === undefined ? null : trimmed;
    }
    case "timestamp":
      return castInstant(trimmed);
    case "json":
      return parseJson(text) ?? null;
    case "string":
      return text;
    default:
      throw new TypeError(`No cast from string to ${to}`);
  }
}

function castInstant(text: string): bigint | null {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)? ?(?:[Zz]|([-+])(\d\d):?([0-5]\d)?)?)?$/.exec(
      text,
    );
  if (!match) return null;
  const [hour = 0, minute = 0, second = 0] = match.slice(4, 7).map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59 || Number(match[9] ?? 0) > 15) return null;
  const instant = instantOf([Number(match[1]), Number(match[2]), Number(match[3]), hour, minute, second]);
  if (instant === undefined) return null;
  const micros = BigInt((match[7] ?? "0").slice(0, 6).padEnd(6, "0"));
  const offset = BigInt(Number(match[9] ?? 0) * 3600 + Number(match[10] ?? 0) * 60) * SECOND;
  return instant + micros - (match[8] === "-" ? -offset : offset);
}
