import { type CatalogColumn, readersOf, type ValueType } from "@featstore/definitions/compiler";

/** How a definition writes a column's type, and how a test writes a value of it. */
export interface AuthorType {
  readonly type: ValueType;
  /** The function of `@featstore/definitions`: `timestamp`. */
  readonly helper: string;
  /** Its arguments as text: `{ zone: "UTC" }`. */
  readonly argument: string;
  /** A value of the type as TypeScript text. */
  readonly sample: string;
}

type ListedType = Exclude<ValueType, `vector(${number})`>;

const listed: Readonly<Record<ListedType, Omit<AuthorType, "type" | "argument">>> = {
  bool: { helper: "bool", sample: "true" },
  int32: { helper: "int32", sample: "3" },
  int64: { helper: "int64", sample: "3n" },
  float32: { helper: "float32", sample: "0.5" },
  float64: { helper: "float64", sample: "0.5" },
  decimal: { helper: "decimal", sample: '"0.5"' },
  string: { helper: "string", sample: '"a text"' },
  timestamp: { helper: "timestamp", sample: '"2026-01-01T00:00:00.000000Z"' },
  date: { helper: "date", sample: '"2026-01-01"' },
  uuid: { helper: "uuid", sample: '"5c9b8f0e-2f6a-4f0e-9d3c-0a1b2c3d4e5f"' },
  json: { helper: "json", sample: "{ a: 1 }" },
  "string[]": { helper: "stringArray", sample: '["a"]' },
  "float64[]": { helper: "float64Array", sample: "[0.5]" },
};

/** Chooses the best type for a column; undefined if no feature can read it. `numeric` becomes decimal, which loses no digits. */
export function authorType(column: CatalogColumn): AuthorType | undefined {
  const [type] = readersOf(column) as ValueType[];
  if (type === undefined) return undefined;
  if (isListed(type)) {
    const argument = column.type.includes("without time zone") && type === "timestamp" ? '{ zone: "UTC" }' : "";
    const [label] = column.labels ?? [];
    return { type, argument, ...listed[type], ...(label === undefined ? {} : { sample: JSON.stringify(label) }) };
  }
  const dimensions = type.slice("vector(".length, -1);
  return { type, helper: "vector", argument: dimensions, sample: `Array.from({ length: ${dimensions} }, () => 0.5)` };
}

/** Returns true for types that may be an entity's key. */
export function isKeyType({ type }: AuthorType): boolean {
  return type === "int32" || type === "int64" || type === "string" || type === "uuid";
}

/** Returns the key type that reads both columns; undefined if there is none. */
export function sharedKeyType(one: CatalogColumn, other: CatalogColumn): AuthorType | undefined {
  const type = (readersOf(one) as ValueType[]).find((each) => readersOf(other).includes(each));
  const candidate = type !== undefined && isListed(type) ? { type, argument: "", ...listed[type] } : undefined;
  return candidate !== undefined && isKeyType(candidate) ? candidate : undefined;
}

function isListed(type: ValueType): type is ListedType {
  return Object.hasOwn(listed, type);
}
