import {
  AS_OF,
  type ComputedFeature,
  compileEvaluator,
  type PortableValue,
  type ValueType,
  vectorDimensions,
  walk,
} from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";
import type { Engine } from "../engine/index";
import { isSameValue } from "../point-in-time/index";
import { constantText, valueReader, valueWriter } from "../serving/index";

/** Computes a feature from the JSON texts that it reads and its as-of time; returns JSON text. */
export function computeAgain(
  { expression, type, default: fallback }: ComputedFeature,
  texts: ComputedValues,
  types: ReadonlyMap<string, ValueType>,
  at: bigint,
): string {
  const values = new Map<string, PortableValue>([[AS_OF, at]]);
  for (const [column, columnType] of types) values.set(column, valueReader(columnType)(texts.get(column) ?? "null"));
  const value = compileEvaluator(expression)(values);
  if (value === null) return fallback === undefined ? "null" : constantText(type, fallback);
  return valueWriter(type)(value);
}

/** Computes the same with SQL: for each row the features' JSON texts by name. */
export async function computeBySql(
  engine: Pick<Engine, "computeFeatures">,
  computed: readonly ComputedFeature[],
  types: ReadonlyMap<string, ValueType>,
  rows: readonly { readonly values: ComputedValues; readonly at: bigint }[],
  options: CallOptions,
): Promise<readonly ReadonlyMap<string, string>[]> {
  const columns = [...types].map(([name, type]) => ({ name, type }));
  const texts = rows.map(({ values, at }) => {
    const members = columns.map(({ name }) => `${JSON.stringify(name)}:${values.get(name) ?? "null"}`);
    return { values: `{${members.join(",")}}`, asOf: at };
  });
  return engine.computeFeatures(computed, columns, texts, options);
}

/** The database computes with vectors in float32, so results derived from them cannot be compared exactly. */
const TOLERANCE = 1e-6;

/** Returns whether the value in SQL can be compared: not if a function of vectors is only part of the expression. */
export function isComparedBySql(
  { expression }: ComputedFeature,
  texts: ComputedValues,
  types: ReadonlyMap<string, ValueType>,
): boolean {
  let isOfVectors = false;
  let isPlain = true;
  walk(expression, (node) => {
    if (node.kind === "vector_function") isOfVectors = true;
    if (node.kind !== "column") return;
    const type = types.get(node.name);
    // SQL cannot read times beyond the calendar's four-digit years.
    if (type === "date" || type === "timestamp")
      isPlain &&= /^(?:null|"\d{4}-.*)$/.test(texts.get(node.name) ?? "null");
  });
  return isPlain && (!isOfVectors || expression.kind === "vector_function");
}

/**
 * Returns whether two texts are the same value of the feature: equal, except for functions of vectors, which may differ
 * by 1e-6 of the magnitude.
 */
export function isNear({ expression, type }: ComputedFeature, left: string, right: string, magnitude: number): boolean {
  // Two texts of one JSON document may have different whitespace.
  if (isSameValue({ expression, type: type === "json" ? "string" : type }, left, right)) return true;
  if (expression.kind !== "vector_function" || left === "null" || right === "null") return false;
  return Math.abs(Number(left) - Number(right)) <= TOLERANCE * magnitude;
}

/**
 * Returns an upper bound of the result of a function of these vectors, used to scale the tolerance: no product and no
 * sum of two lengths is greater.
 */
export function magnitudeOf(texts: ComputedValues, types: ReadonlyMap<string, ValueType>): number {
  const lengths = [...types].flatMap(([column, type]) => {
    const text = texts.get(column) ?? "null";
    if (vectorDimensions(type) === undefined || text === "null") return [];
    return [Math.hypot(...(JSON.parse(text) as readonly number[]))]; // a vector's text is a JSON array of numbers
  });
  const maxLength = Math.max(0, ...lengths);
  return Math.max(1, maxLength * maxLength, 2 * maxLength);
}
/** The inputs of a computed feature, JSON texts by column. */
export type ComputedValues = ReadonlyMap<string, string>;
