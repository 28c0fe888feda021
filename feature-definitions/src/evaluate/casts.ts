import type { CastExpression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import { castTargets } from "../ir/type-tables";
import type { ValueType } from "../ir/types";
import { printDecimal, roundDecimal } from "./decimals";
import { isJson, jsonItems, jsonText } from "./json";
import { toInt32, toInt64 } from "./numbers";
import { parseFloat64, readerOf } from "./parse-text";
import { dateOfInstant, instantOfDate } from "./times";
import { decimalToFloat, integerToFloat32, roundFloat, toFloat32 } from "./to-float";
import { type Compile, type Evaluator, isBool, isDecimal, isFloat, isInteger, isText, unary } from "./values";

/** A value that does not parse or fit becomes null, also for a strict cast: failing is up to the run. */
export function compileCast({ operand, to }: CastExpression, compile: Compile): Evaluator {
  const from = typeOf(operand);
  const value = compile(operand);
  if (from === to) return value;
  const cast = castsFrom(from, value)[to];
  if (!cast) throw new TypeError(`No cast from ${from} to ${to}`);
  return cast();
}

type Casts = Readonly<Partial<Record<ValueType, () => Evaluator>>>;

function castsFrom(from: ValueType, value: Evaluator): Casts {
  switch (from) {
    case "bool":
      return {
        int32: () => unary(value, isBool, (bool) => (bool ? 1n : 0n)),
        string: () => unary(value, isBool, String),
      };
    case "int32":
    case "int64":
      return {
        int32: () => unary(value, isInteger, toInt32),
        int64: () => value,
        float32: () => unary(value, isInteger, integerToFloat32),
        float64: () => unary(value, isInteger, Number),
        decimal: () => unary(value, isInteger, (units) => ({ units, scale: 0 })),
        string: () => unary(value, isInteger, String),
      };
    case "float32":
    case "float64":
      return {
        int32: () => unary(value, isFloat, (float) => toInt32(roundFloat(float))),
        int64: () => unary(value, isFloat, (float) => toInt64(roundFloat(float))),
        float32: () => unary(value, isFloat, toFloat32),
        float64: () => value,
      };
    case "decimal": {
      const float = unary(value, isDecimal, decimalToFloat);
      return {
        int32: () => unary(value, isDecimal, (decimal) => toInt32(roundDecimal(decimal))),
        int64: () => unary(value, isDecimal, (decimal) => toInt64(roundDecimal(decimal))),
        float32: () => unary(float, isFloat, toFloat32),
        float64: () => float,
        string: () => unary(value, isDecimal, printDecimal),
      };
    }
    case "timestamp":
      return { date: () => unary(value, isInteger, dateOfInstant) };
    case "date":
      return { timestamp: () => unary(value, isText, instantOfDate) };
    case "uuid":
      return { string: () => value };
    case "string":
      return textCasts(value);
    case "json":
      return {
        ...textCasts(unary(value, isJson, jsonText)),
        "string[]": () => unary(value, isJson, (json) => jsonItems(json, (text) => text)),
        "float64[]": () => unary(value, isJson, (json) => jsonItems(json, parseFloat64)),
      };
    default:
      return {};
  }
}

function textCasts(text: Evaluator): Casts {
  return Object.fromEntries(castTargets.string.map((type) => [type, () => unary(text, isText, readerOf(type))]));
}
