import { type PortableValue, readerOf, type ServiceInput, vectorDimensions } from "@featstore/definitions/compiler";
import { type ErrorCode, eachElement } from "../../core/index";

/** Maximum UTF-8 bytes of one input's text. */
export const MAX_INPUT_BYTES = 65_536;

/** An invalid value of an input. */
export class InputRefusal extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
  ) {
    super(detail);
    this.name = "InputRefusal";
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.(\d+))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const SURROGATE = /\p{Surrogate}/u;
/** A number with more digits may have lost some of them if it was serialised from a double. */
const SAFE_DIGITS = 15;
const MAX_NUMBER_LENGTH = 1000;

/**
 * Returns a reader of an input's JSON text. It needs the text, because a parsed number no longer distinguishes 7 from
 * 7.0 and has lost digits beyond 2^53.
 *
 * @throws InputRefusal with the codes `input_invalid`, `input_not_exact`, `input_time_zone_required`, `input_too_long`
 */
export function inputReader({ type, nullable }: ServiceInput): (json: string) => PortableValue {
  const read = readerOfType(type);
  return (json) => {
    if (json !== "null") return read(json);
    if (nullable) return null;
    throw new InputRefusal("input_invalid", `it must not be null: it is ${article(type)}`);
  };
}

function readerOfType(type: ServiceInput["type"]): (json: string) => PortableValue {
  const dimensions = vectorDimensions(type);
  if (dimensions !== undefined) return (json) => readVector(json, dimensions);
  switch (type) {
    case "bool":
      return (json) => {
        if (json !== "true" && json !== "false") throw wrongType(type, json);
        return json === "true";
      };
    case "int32":
      return (json) => {
        if (!NUMBER.test(json)) throw wrongType(type, json);
        return integer(json, type);
      };
    case "int64":
      return (json) => {
        if (json.startsWith('"')) return integer(stringOf(json), type);
        if (!NUMBER.test(json)) throw wrongType(type, json);
        if (INTEGER.test(json) && !Number.isSafeInteger(Number(json)))
          throw new InputRefusal(
            "input_not_exact",
            "a number beyond 2^53 - 1 is not exact in JSON: send it as a string",
          );
        return integer(json, type);
      };
    case "float32":
    case "float64":
      return (json) => float(json, type);
    case "decimal":
      return readDecimal;
    case "string":
      return (json) => {
        if (!json.startsWith('"')) throw wrongType(type, json);
        return stringOf(json);
      };
    case "timestamp":
      return (json) => readInstant(json);
    case "date":
      return (json) => {
        const text = json.startsWith('"') ? stringOf(json) : "";
        const value = DATE.test(text) ? readerOf(type)(text) : null;
        if (value === null) throw wrongType(type, json);
        return value;
      };
    case "uuid":
      return (json) => {
        const value = json.startsWith('"') ? readerOf(type)(stringOf(json)) : null;
        if (value === null) throw wrongType(type, json);
        return value;
      };
    case "json":
      return (json) => {
        checkLength(json);
        const value = readerOf(type)(json);
        if (value === null)
          throw new InputRefusal("input_invalid", "expected JSON that PostgreSQL can store, at most 1000 levels deep");
        return value;
      };
    default:
      throw new TypeError(`An input of type ${type satisfies `vector(${number})`} has no dimensions`);
  }
}

function integer(text: string, type: "int32" | "int64"): bigint {
  if (text.length > MAX_NUMBER_LENGTH) throw outOfRange(type);
  if (!INTEGER.test(text)) {
    if (text.trim() === "" || !Number.isFinite(Number(text))) throw wrongType(type, JSON.stringify(text));
    throw new InputRefusal("input_not_exact", `expected an integer in plain digits, got ${shown(text)}`);
  }
  const value = BigInt(text);
  if (BigInt.asIntN(type === "int32" ? 32 : 64, value) !== value) throw outOfRange(type);
  return value;
}

function float(json: string, type: "float32" | "float64"): number {
  if (!NUMBER.test(json)) {
    const isNamed = /^"?[+-]?(?:nan|inf(?:inity)?)"?$/i.test(json);
    throw isNamed
      ? new InputRefusal("input_invalid", "expected a finite number; NaN and infinities are not allowed")
      : wrongType(type, json);
  }
  const value = type === "float32" ? Math.fround(Number(json)) : Number(json);
  if (!Number.isFinite(value)) throw outOfRange(type);
  // Turns -0 into 0, as in the database.
  return value + 0;
}

function readDecimal(json: string): PortableValue {
  const isText = json.startsWith('"');
  const text = isText ? stringOf(json) : json;
  if (text.length > MAX_NUMBER_LENGTH)
    throw new InputRefusal("input_too_long", `a decimal has at most ${MAX_NUMBER_LENGTH} digits`);
  if (!DECIMAL.test(text)) {
    if (NUMBER.test(text))
      throw new InputRefusal("input_not_exact", `expected a decimal in plain digits, got ${shown(text)}`);
    throw wrongType("decimal", json);
  }
  if (!isText && text.replace(/^-?0?\.?0*/, "").replace(".", "").length > SAFE_DIGITS)
    throw new InputRefusal(
      "input_not_exact",
      `a number of more than ${SAFE_DIGITS} digits may not be exact in JSON: send it as a string`,
    );
  return readerOf("decimal")(text);
}

function readInstant(json: string): PortableValue {
  const text = json.startsWith('"') ? stringOf(json) : "";
  const match = INSTANT.exec(text);
  if (match === null) throw wrongType("timestamp", json);
  const [, fraction = "", zone] = match;
  if (zone === undefined)
    throw new InputRefusal(
      "input_time_zone_required",
      `${shown(text)} has no time zone: write Z or an offset, as in 2026-01-31T12:00:00Z`,
    );
  if (/[1-9]/.test(fraction.slice(6)))
    throw new InputRefusal("input_not_exact", `${shown(text)} is finer than microseconds`);
  const value = readerOf("timestamp")(text);
  if (value === null) throw new InputRefusal("input_invalid", `${shown(text)} is not a valid date and time`);
  return value;
}

function readVector(json: string, dimensions: number): PortableValue {
  if (!json.startsWith("[")) throw wrongType(`vector(${dimensions})`, json);
  const numbers: number[] = [];
  try {
    eachElement(json, (element, index) => {
      if (index > dimensions) return;
      try {
        numbers.push(float(element, "float32"));
      } catch (error) {
        throw error instanceof InputRefusal ? new InputRefusal(error.code, `element ${index}: ${error.detail}`) : error;
      }
    });
  } catch (error) {
    throw error instanceof InputRefusal ? error : wrongType(`vector(${dimensions})`, json);
  }
  if (numbers.length !== dimensions)
    throw new InputRefusal(
      "input_invalid",
      `expected ${dimensions} numbers, got ${numbers.length > dimensions ? "more" : numbers.length}`,
    );
  return numbers;
}

function stringOf(json: string): string {
  checkLength(json);
  let text: unknown;
  try {
    text = JSON.parse(json);
  } catch {
    throw new InputRefusal("input_invalid", "the string is not valid JSON");
  }
  if (typeof text !== "string" || text.includes("\0") || SURROGATE.test(text))
    throw new InputRefusal("input_invalid", "it contains a character that cannot be stored as text");
  return text;
}

function checkLength(json: string): void {
  // A UTF-16 code unit has at most three bytes in UTF-8.
  if (json.length * 3 <= MAX_INPUT_BYTES) return;
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_INPUT_BYTES)
    throw new InputRefusal("input_too_long", `it has ${bytes} bytes in UTF-8; at most ${MAX_INPUT_BYTES} are allowed`);
}

const FORMS: Readonly<Record<string, string>> = {
  bool: "true or false",
  int32: "an integer",
  int64: "an integer, or an integer as a string",
  float32: "a number",
  float64: "a number",
  decimal: 'a number or its digits as a string, "12.50"',
  string: "a string",
  timestamp: 'a time such as "2026-01-31T12:00:00.123456Z"',
  date: 'a date such as "2026-01-31"',
  json: "any JSON but null",
};

function article(type: string): string {
  return FORMS[type] ?? "an array of numbers";
}

function wrongType(type: string, json: string): InputRefusal {
  return new InputRefusal("input_invalid", `expected ${article(type)} (${type}), got ${shown(json)}`);
}

function outOfRange(type: string): InputRefusal {
  return new InputRefusal("input_invalid", `it is outside the range of ${type}`);
}

function shown(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60).replace(/\p{Surrogate}$/u, "")}…`;
}
