/**
 * The value types of columns, expressions and features.
 *
 * In JSON: `int64` and `decimal` are strings, `timestamp` is `2026-01-01T00:00:00.123456Z`, `date` is `2026-01-01`,
 * `uuid` is its 36 characters in lower case, `vector(n)` is an array of n numbers, the rest are what JSON has for them.
 */
export type ScalarType =
  | "bool"
  | "int32"
  | "int64"
  | "float32"
  | "float64"
  | "decimal"
  | "string"
  | "timestamp"
  | "date"
  | "uuid"
  | "json";

/** A dense float32 vector of fixed dimensions, `vector(384)`. */
export type VectorType = `vector(${number})`;

export type ValueType = ScalarType | "string[]" | "float64[]" | VectorType;

/** Types an entity key column may have. */
export type KeyType = "int32" | "int64" | "string" | "uuid";

/** The dimensions of a vector type, or undefined for any other type. */
export function vectorDimensions(type: ValueType): number | undefined {
  const match = /^vector\((\d+)\)$/.exec(type);
  return match ? Number(match[1]) : undefined;
}
