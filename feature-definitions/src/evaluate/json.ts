import { compareCodePoints } from "../ir/canonical";
import type { JsonGetExpression } from "../ir/expressions";
import { printDecimal } from "./decimals";
import { type Compile, type Evaluator, isDecimal, isText, type Json, jsonNull, type PortableValue } from "./values";

/** Returns whether the value of a `json` expression is present; its type rules out anything else. */
export function isJson(value: PortableValue): value is Json {
  return value !== null;
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function stepInto(json: Json | undefined, step: string | number): Json | undefined {
  if (typeof step === "string") return json instanceof Map ? json.get(step) : undefined;
  return json !== undefined && isArray(json) ? json[step] : undefined;
}

export function compileJsonGet({ operand, path }: JsonGetExpression, compile: Compile): Evaluator {
  const root = compile(operand);
  return (inputs) => {
    const value = root(inputs);
    let found: Json | undefined = isJson(value) ? value : undefined;
    for (const step of path) found = stepInto(found, step);
    return found === undefined || found === jsonNull ? null : found;
  };
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** The order in which `jsonb` stores keys. */
function compareKeys(a: string, b: string): number {
  return bytesOf(a) - bytesOf(b) || compareCodePoints(a, b);
}

/** Writes JSON text as PostgreSQL prints `jsonb`. */
export function printJson(json: Json): string {
  if (json === jsonNull) return "null";
  if (typeof json === "boolean") return String(json);
  if (isText(json)) return JSON.stringify(json);
  if (isDecimal(json)) return printDecimal(json);
  if (isArray(json)) return `[${json.map(printJson).join(", ")}]`;
  const entries = [...json].sort(([a], [b]) => compareKeys(a, b));
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${printJson(value)}`).join(", ")}}`;
}

/** The input of a cast: a string's own text, or the JSON text of any other value; JSON null has none. */
export function jsonText(json: Json): string | null {
  if (json === jsonNull) return null;
  return isText(json) ? json : printJson(json);
}

/** The texts of an array's items if all pass the test; null if one does not, or if the value is not an array. */
export function jsonItems<T>(json: Json, read: (text: string) => T | null): readonly T[] | null {
  if (!isArray(json)) return null;
  const items: T[] = [];
  for (const item of json) {
    const text = isArray(item) || item instanceof Map ? null : jsonText(item);
    const value = text === null ? null : read(text);
    if (value === null) return null;
    items.push(value);
  }
  return items;
}
