import { type Decimal, parseDecimal, printDecimal } from "./decimal";
import type { Json } from "./values";

/** JSON text in PostgreSQL's form: keys in input order, numbers with all their digits. */
export function printJson(json: Json): string {
  switch (json.kind) {
    case "null":
      return "null";
    case "bool":
      return String(json.value);
    case "number":
      return printDecimal(json.value);
    case "string":
      return JSON.stringify(json.value);
    case "array":
      return `[${json.items.map(printJson).join(", ")}]`;
    case "object":
      return `{${[...json.entries].map(([key, value]) => `${JSON.stringify(key)}: ${printJson(value)}`).join(", ")}}`;
  }
}

/** Parses JSON text, numbers with all their digits; undefined if it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  // JavaScript would round numbers, so each token becomes a string with its text.
  const tagged = text.replace(/"(?:[^"\\]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*/g, (token, colon: string | undefined) => {
    if (colon !== undefined) return token;
    return token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`;
  });
  return fromTagged(JSON.parse(tagged));
}

function fromTagged(value: unknown): Json {
  if (typeof value === "string") {
    const rest = value.slice(1);
    return value.startsWith("s") ? { kind: "string", value: rest } : { kind: "number", value: numberOf(rest) };
  }
  if (Array.isArray(value)) return { kind: "array", items: value.map(fromTagged) };
  if (typeof value !== "object" || value === null) return fromPlain(value);
  return { kind: "object", entries: new Map(Object.entries(value).map(([key, item]) => [key, fromTagged(item)])) };
}

function numberOf(text: string): Decimal {
  return parseDecimal(text) ?? { units: 0n, scale: 0 };
}

/** JSON of plain data, numbers by their shortest digits. */
export function fromPlain(value: unknown): Json {
  if (value === null || value === undefined) return { kind: "null" };
  if (typeof value === "boolean") return { kind: "bool", value };
  if (typeof value === "number") return { kind: "number", value: numberOf(String(value)) };
  if (typeof value === "string") return { kind: "string", value };
  if (Array.isArray(value)) return { kind: "array", items: value.map(fromPlain) };
  return { kind: "object", entries: new Map(Object.entries(value).map(([key, item]) => [key, fromPlain(item)])) };
}

/** The value at a path; null if there is none, or JSON null. */
export function jsonAt(json: Json, path: readonly (string | number)[]): Json | null {
  let current: Json | undefined = json;
  for (const step of path) {
    if (typeof step === "number") current = current?.kind === "array" ? current.items[step] : undefined;
    else current = current?.kind === "object" ? current.entries.get(step) : undefined;
  }
  return current === undefined || current.kind === "null" ? null : current;
}

/** The input of a cast: a string's own text, the JSON text of anything else. */
export function jsonText(json: Json): string | null {
  if (json.kind === "null") return null;
  return json.kind === "string" ? json.value : printJson(json);
}
