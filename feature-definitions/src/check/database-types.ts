import { DEFAULT_ENGINE } from "../ir/nodes";
import type { ScalarType, ValueType } from "../ir/types";
import { vectorDimensions } from "../ir/types";
import type { CatalogColumn } from "./catalog";

const timeWithZone = "timestamp with time zone";
export const timeWithoutZone = "timestamp without time zone";
const integers = ["smallint", "integer", "bigint"];
const texts = ["text", "character varying", "character", "citext", "uuid", "name"];

/**
 * The type table: which PostgreSQL types a column of each type may read, every one by the plain cast to the type's own
 * (`float64` by `::double precision`, `string` by `::text`).
 *
 * Omissions are deliberate: a decimal cannot be read from a float, whose digits are already lost, nor an int32 from a
 * bigint, which may not fit. Enums read as string. `timestamp without time zone` needs a declared zone.
 */
const readable: Readonly<Record<ScalarType | "string[]" | "float64[]", readonly string[]>> = {
  bool: ["boolean"],
  int32: ["smallint", "integer"],
  int64: integers,
  float32: ["real", "smallint"],
  float64: ["double precision", "real", "numeric", ...integers],
  decimal: ["numeric", ...integers],
  string: texts,
  timestamp: [timeWithZone, timeWithoutZone],
  date: ["date"],
  uuid: ["uuid"],
  json: ["jsonb", "json"],
  "string[]": texts.map((type) => `${type}[]`),
  "float64[]": ["double precision[]", "real[]", "numeric[]", ...integers.map((type) => `${type}[]`)],
};

const vectors = ["vector", "halfvec"];
/** In files and in what other engines read, vectors are lists, and JSON is text. A text that is no JSON has no parts. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  vector: ["real[]", "double precision[]"],
  json: ["text"],
};

/**
 * Removes the modifiers of a type: `character varying(50)` becomes `character varying`, `timestamp(3) …` becomes
 * `timestamp …`.
 */
export function baseType(type: string): string {
  return type.replace(/\(\d+(,-?\d+)?\)/, "");
}

/** Returns whether a column of `type` can be read from a column of the database, or of what another engine reads. */
export function canRead(type: ValueType, column: CatalogColumn, engine: string = DEFAULT_ENGINE): boolean {
  const base = baseType(column.type);
  const dimensions = vectorDimensions(type);
  const kind = dimensions === undefined ? type : "vector";
  if (engine !== DEFAULT_ENGINE && elsewhere[kind]?.includes(base) === true) return true;
  if (dimensions !== undefined) {
    const declared = /\((\d+)\)$/.exec(column.type)?.[1];
    // format_type prints a type outside the search path with its schema.
    const name = base.slice(base.lastIndexOf(".") + 1);
    return vectors.includes(name) && (declared === undefined || Number(declared) === dimensions);
  }
  if (column.isEnum) return type === "string";
  return Object.hasOwn(readable, type) && readable[type as keyof typeof readable].includes(base);
}

/** The types that can read a database column, the best fit first, as an author declares them. */
export function readersOf(column: CatalogColumn): string[] {
  const dimensions = /(?:vector|halfvec)\((\d+)\)$/.exec(column.type)?.[1];
  if (dimensions !== undefined) return [`vector(${dimensions})`];
  if (column.isEnum) return ["string"];
  const base = baseType(column.type);
  return Object.entries(readable)
    .map(([type, types]) => ({ type, rank: types.indexOf(base) }))
    .filter(({ rank }) => rank !== -1)
    .sort((a, b) => a.rank - b.rank)
    .map(({ type }) => type);
}
