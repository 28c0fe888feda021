import {
  compileEvaluator,
  type Decimal,
  dateOfText,
  dateText,
  instantOfText,
  instantText,
  type Json,
  jsonNull,
  type PortableValue,
  printDecimal,
  readerOf,
  type ScalarType,
  type ValueType,
  vectorDimensions,
} from "@featstore/definitions/compiler";

const NO_COLUMNS = new Map<string, PortableValue>();

/** Returns a reader that converts the JSON text of a stored value for expressions; `null` is null. */
export function valueReader(type: ValueType): (json: string) => PortableValue {
  const read = readerOfType(type);
  return (json) => (json === "null" ? null : read(json));
}

function readerOfType(type: ValueType): (json: string) => PortableValue {
  if (vectorDimensions(type) !== undefined) return (json) => numbersOf(json).map(Math.fround);
  switch (type) {
    case "bool":
      return (json) => json === "true";
    case "int32":
      return (json) => BigInt(json);
    case "int64":
      return (json) => BigInt(json.slice(1, -1));
    case "float32":
      return (json) => Math.fround(Number(json));
    case "float64":
      return (json) => Number(json);
    case "decimal": {
      const read = readerOf(type);
      return (json) => read(json.slice(1, -1));
    }
    case "timestamp":
      return (json) => instantOfText(json.slice(1, -1));
    case "date":
      return (json) => dateOfText(json.slice(1, -1));
    case "json":
      return readerOf(type);
    case "string":
    case "uuid":
      return (json) => String(JSON.parse(json));
    case "string[]":
      // The store wrote it from a column of this type.
      return (json) => JSON.parse(json) as readonly string[];
    default:
      return numbersOf;
  }
}

function numbersOf(json: string): readonly number[] {
  // The store wrote it from a column of this type.
  return JSON.parse(json) as readonly number[];
}

/** Returns a writer that converts a non-null value to the JSON form of stored features of the type. */
export function valueWriter(type: ValueType): (value: PortableValue) => string {
  if (vectorDimensions(type) !== undefined) return (value) => `[${listOf(value).map(float32Text).join(",")}]`;
  switch (type) {
    case "bool":
    case "int32":
      return String;
    case "int64":
      return (value) => `"${String(value)}"`;
    case "float32":
      return float32Text;
    case "decimal":
      return (value) => (isDecimal(value) ? `"${printDecimal(value)}"` : "null");
    case "timestamp":
      return (value) => (typeof value === "bigint" ? `"${instantText(value)}"` : "null");
    case "date":
      return (value) => (typeof value === "string" ? `"${dateText(value)}"` : "null");
    case "json":
      return (value) => jsonTextOf(value);
    case "float64":
      return (value) => numberText(Number(value));
    case "float64[]":
      return (value) =>
        `[${listOf(value)
          .map((item) => numberText(Number(item)))
          .join(",")}]`;
    default:
      return (value) => JSON.stringify(value);
  }
}

/** JSON.stringify would write -0 as 0; PostgreSQL, and so training sets, keep its sign. */
function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : JSON.stringify(value);
}

/** Returns the JSON text of a default. Errors: `TypeError` if it is not a constant of the type. */
export function constantText(type: ValueType, value: string | number | boolean): string {
  return valueWriter(type)(constantValue(type, value));
}

/** Returns a default as expressions take it. */
export function constantValue(type: ValueType, value: string | number | boolean): PortableValue {
  // Only scalar types have constants; apply rejects others.
  return compileEvaluator({ kind: "literal", type: type as ScalarType, value })(NO_COLUMNS);
}

function isDecimal(value: PortableValue): value is Decimal {
  return typeof value === "object" && value !== null && "units" in value;
}

function listOf(value: PortableValue): readonly PortableValue[] {
  return Array.isArray(value) ? value : [];
}

/** Returns the shortest digits of a float32, as PostgreSQL writes it. */
function float32Text(value: PortableValue): string {
  const number = Number(value);
  // Nine digits identify every float32.
  const digits =
    [1, 2, 3, 4, 5, 6, 7, 8].find((count) => Math.fround(Number(number.toPrecision(count))) === number) ?? 9;
  // `toPrecision` drops the sign of zero.
  return numberText(number === 0 ? number : Number(number.toPrecision(digits)));
}

function jsonTextOf(value: PortableValue | Json): string {
  if (value === null || value === jsonNull) return "null";
  if (Array.isArray(value)) return `[${value.map(jsonTextOf).join(", ")}]`;
  if (value instanceof Map) {
    const members = [...value].map(([name, member]) => `${JSON.stringify(name)}: ${jsonTextOf(member)}`);
    return `{${members.join(", ")}}`;
  }
  if (isDecimal(value as PortableValue)) return printDecimal(value as Decimal);
  return JSON.stringify(value);
}
