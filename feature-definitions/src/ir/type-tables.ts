import type { ScalarType, ValueType } from "./types";

export const numericTypes = [
  "int32",
  "int64",
  "float32",
  "float64",
  "decimal",
] as const satisfies readonly ScalarType[];
/** Types that `=`, `<`, `in`, `countDistinct` accept; `min` and `max` take the ordered ones. */
export const orderedTypes = [
  ...numericTypes,
  "string",
  "timestamp",
  "date",
  "uuid",
] as const satisfies readonly ScalarType[];
export const comparableTypes = [...orderedTypes, "bool"] as const satisfies readonly ScalarType[];

/**
 * The types that `collect` and `lastN` can gather: texts, uuids as texts, and numbers that are float64 without loss.
 */
export const gatheredTypes = ["string", "uuid", "int32", "float32", "float64"] as const satisfies readonly ScalarType[];

export type GatheredType = (typeof gatheredTypes)[number];
export type NumericType = (typeof numericTypes)[number];
export type OrderedType = (typeof orderedTypes)[number];
export type ComparableType = (typeof comparableTypes)[number];

/**
 * The casts of the language: the types to which a value of each type can be cast. The author's methods, the checks and
 * the compiler all read this table.
 *
 * Floats have no cast to text or decimal: their digits are not the same in every engine.
 */
export const castTargets = {
  bool: ["bool", "int32", "string"],
  int32: ["int32", "int64", "float32", "float64", "decimal", "string"],
  int64: ["int32", "int64", "float32", "float64", "decimal", "string"],
  float32: ["int32", "int64", "float32", "float64"],
  float64: ["int32", "int64", "float32", "float64"],
  decimal: ["int32", "int64", "float32", "float64", "decimal", "string"],
  string: ["bool", "int32", "int64", "float32", "float64", "decimal", "string", "timestamp", "date", "json"],
  timestamp: ["timestamp", "date"],
  date: ["date", "timestamp"],
  uuid: ["uuid", "string"],
  json: [
    "bool",
    "int32",
    "int64",
    "float32",
    "float64",
    "decimal",
    "string",
    "timestamp",
    "date",
    "json",
    "string[]",
    "float64[]",
  ],
} as const satisfies Record<ScalarType, readonly ValueType[]>;

/** Casts that give a value for every value; all others give null if the value does not fit or parse. */
const losslessCasts: Partial<Record<ScalarType, readonly ValueType[]>> = {
  bool: ["bool", "int32", "string"],
  int32: ["int32", "int64", "float32", "float64", "decimal", "string"],
  int64: ["int64", "float32", "float64", "decimal", "string"],
  float32: ["float32", "float64"],
  float64: ["float64"],
  decimal: ["decimal", "string"],
  string: ["string"],
  timestamp: ["timestamp", "date"],
  date: ["date", "timestamp"],
  uuid: ["uuid", "string"],
  json: ["json"],
};

export function isNumeric(type: ValueType): type is NumericType {
  return (numericTypes as readonly ValueType[]).includes(type);
}

export function isOrdered(type: ValueType): type is OrderedType {
  return (orderedTypes as readonly ValueType[]).includes(type);
}

export function isComparable(type: ValueType): type is ComparableType {
  return (comparableTypes as readonly ValueType[]).includes(type);
}

export function isGathered(type: ValueType): type is GatheredType {
  return (gatheredTypes as readonly ValueType[]).includes(type);
}

function isScalarType(type: ValueType): type is ScalarType {
  return Object.hasOwn(castTargets, type);
}

/** The types a value of `from` can be cast to, itself included. */
export function castTargetsOf(from: ValueType): readonly ValueType[] {
  return isScalarType(from) ? castTargets[from] : [from];
}

export function canCast(from: ValueType, to: ValueType): boolean {
  return castTargetsOf(from).includes(to);
}

/** True when no value of `from` is lost in `to`, so that the cast adds no nulls. */
export function isLosslessCast(from: ValueType, to: ValueType): boolean {
  return from === to || (isScalarType(from) && losslessCasts[from]?.includes(to) === true);
}
