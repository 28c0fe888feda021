import { aggregateNames } from "./aggregates";
import type { ValueType } from "./types";
import { vectorDimensions } from "./types";

/** Lists every deviation of `value` from the expected shape, with its path; empty if there is none. */
export type Shape = (value: unknown, path: string) => string[];

/** Deeper trees are rejected: walking them would exhaust the stack. */
const deepest = 200;

const is =
  (expected: string, test: (value: unknown) => boolean): Shape =>
  (value, path) =>
    test(value) ? [] : [`${path} is not ${expected}`];

const text = is("text", (value) => typeof value === "string");
const bool = is("true or false", (value) => typeof value === "boolean");
const number = is("a number", (value) => typeof value === "number");
const literalValue = is(
  "a constant",
  (value) => value === null || ["string", "number", "boolean"].includes(typeof value),
);
const defaultValue = is("a constant, not null", (value) => ["string", "number", "boolean"].includes(typeof value));
const anything: Shape = () => [];
const textOrNumber = is("text or a number", (value) => typeof value === "string" || typeof value === "number");

const oneOf = (...values: readonly unknown[]): Shape =>
  is(`one of ${values.join(", ")}`, (value) => values.includes(value));
const orNull =
  (shape: Shape): Shape =>
  (value, path) =>
    value === null ? [] : shape(value, path);
/** A field that old definitions do not have: it is omitted, never null. */
const optional =
  (shape: Shape): Shape =>
  (value, path) =>
    value === undefined ? [] : shape(value, path);
const list =
  (shape: Shape): Shape =>
  (value, path) =>
    Array.isArray(value) ? value.flatMap((item, index) => shape(item, `${path}[${index}]`)) : [`${path} is not a list`];

function record(fields: Readonly<Record<string, Shape>>): Shape {
  return (value, path) => {
    if (typeof value !== "object" || value === null) return [`${path} is not an object`];
    return Object.entries(fields).flatMap(([name, shape]) => shape(Reflect.get(value, name), `${path}.${name}`));
  };
}

const scalarNames = [
  "bool",
  "int32",
  "int64",
  "float32",
  "float64",
  "decimal",
  "string",
  "timestamp",
  "date",
  "uuid",
  "json",
];
const scalarType = oneOf(...scalarNames);
const isValueType = (value: unknown): value is ValueType =>
  typeof value === "string" &&
  ([...scalarNames, "string[]", "float64[]"].includes(value) || vectorDimensions(value as ValueType) !== undefined);
const valueType = is("a value type", isValueType);
const inputType = is("a scalar or a vector type", (value) => isValueType(value) && !value.endsWith("[]"));

const expression: Shape = (value, path) => {
  if (path.split(".").length > deepest) return [`${path.slice(0, 60)}… is nested too deep`];
  const kind: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "kind") : undefined;
  if (typeof kind !== "string" || !Object.hasOwn(expressionShapes, kind))
    return [`${path}.kind is not a kind of expression`];
  return expressionShapes[kind]?.(value, path) ?? [];
};

const expressionShapes: Readonly<Record<string, Shape>> = {
  column: record({ name: text, type: valueType, nullable: bool }),
  literal: record({ type: scalarType, value: literalValue }),
  arithmetic: record({ operator: oneOf("+", "-", "*", "/", "%"), left: expression, right: expression }),
  comparison: record({ operator: oneOf("=", "<>", "<", "<=", ">", ">="), left: expression, right: expression }),
  logic: record({ operator: oneOf("and", "or"), operands: list(expression) }),
  not: record({ operand: expression }),
  in: record({
    operand: expression,
    values: list(record({ kind: oneOf("literal"), type: scalarType, value: literalValue })),
  }),
  null_test: record({ operand: expression, negated: bool }),
  case: record({ branches: list(record({ when: expression, value: expression })), otherwise: orNull(expression) }),
  coalesce: record({ operands: list(expression) }),
  string_function: record({
    name: oneOf("lower", "upper", "trim", "length", "concat", "substring", "contains", "starts_with", "replace"),
    operands: list(expression),
  }),
  json_get: record({ operand: expression, path: list(textOrNumber) }),
  cast: record({ operand: expression, to: valueType, strict: bool }),
  date_part: record({
    part: oneOf("year", "month", "day", "hour", "day_of_week", "day_of_year", "epoch_seconds"),
    operand: expression,
    zone: text,
  }),
  time_between: record({ unit: oneOf("days", "seconds"), start: expression, end: expression }),
  vector_function: record({
    name: oneOf("cosine_similarity", "inner_product", "l2_distance"),
    left: expression,
    right: expression,
  }),
  sql: record({ texts: list(text), operands: list(expression), type: valueType, nullable: bool }),
  aggregate: record({
    name: oneOf(...aggregateNames),
    operand: orNull(expression),
    where: orNull(expression),
    overSeconds: orNull(number),
    endingSecondsBefore: optional(number),
    ignoreNulls: bool,
    fraction: optional(number),
    limit: optional(number),
  }),
};

const column = record({
  name: text,
  column: text,
  type: valueType,
  nullable: bool,
  zone: orNull(text),
  static: optional(oneOf(true)),
});
const timeColumn = orNull(record({ column: text, zone: orNull(text) }));

const partition = record({
  name: text,
  type: oneOf("string", "int32", "int64", "date"),
  holds: optional(oneOf("year", "month", "day")),
});

const plainRelations: Readonly<Record<string, Shape>> = {
  table: record({ schema: orNull(text), table: text, engine: optional(text) }),
  query: record({ text, searchPath: optional(list(text)), engine: optional(text) }),
  files: record({ engine: text, path: text, partitions: optional(list(partition)) }),
  iceberg: record({ engine: text, catalog: text, schema: text, table: text }),
};

const relation: Shape = (value, path) => {
  const kind: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "kind") : undefined;
  const plain = typeof kind === "string" && Object.hasOwn(plainRelations, kind) ? plainRelations[kind] : undefined;
  if (plain !== undefined) return plain(value, path);
  if (kind !== "extended") return [`${path}.kind is not one of ${Object.keys(plainRelations).join(", ")}, extended`];
  if (path.split(".").length > deepest) return [`${path.slice(0, 60)}… is nested too deep`];
  const by = list(record({ key: text, column: text }));
  return record({ base: source, extension: source, by, columns: list(text) })(value, path);
};

const source: Shape = record({
  kind: oneOf("source"),
  name: text,
  relation,
  key: list(column),
  declaredKey: optional(list(column)),
  columns: list(column),
  eventTime: timeColumn,
  knownTime: timeColumn,
  tieBreak: list(text),
  tenant: orNull(text),
  history: oneOf("events", "versions", "current", null),
  latenessSeconds: optional(number),
  filter: orNull(expression),
});

const entity = record({
  kind: oneOf("entity"),
  name: text,
  key: list(record({ name: text, type: oneOf("int32", "int64", "string", "uuid") })),
  population: orNull(source),
  description: orNull(text),
});

const contract = record({
  description: orNull(text),
  unit: orNull(text),
  minimum: orNull(number),
  maximum: orNull(number),
  allowedValues: orNull(list(textOrNumber)),
  maximumNullFraction: orNull(number),
  tags: list(text),
  owner: optional(text),
  pii: optional(oneOf(true)),
});

const feature = record({
  name: text,
  expression,
  type: valueType,
  nullable: bool,
  embedding: orNull(record({ space: text, metric: oneOf("cosine", "l2", "inner_product") })),
  contract,
  default: optional(defaultValue),
});

const common = {
  irVersion: number,
  name: text,
  version: number,
  description: orNull(text),
  owner: orNull(text),
  tags: list(text),
};

const schedule = record({ cron: text, zone: text });

export const featureViewShape = record({
  kind: oneOf("feature_view"),
  ...common,
  entity,
  source,
  filter: orNull(expression),
  ttlSeconds: orNull(number),
  freshnessSeconds: optional(number),
  schedule: optional(schedule),
  reconcile: optional(schedule),
  minimumRows: optional(number),
  maximumShrink: optional(number),
  renamedFrom: optional(text),
  features: list(feature),
});

const reference = { view: text, version: number, feature: text };

export const featureServiceShape = record({
  kind: oneOf("feature_service"),
  ...common,
  entity: text,
  features: list(record({ ...reference, through: optional(record({ ...reference, through: optional(anything) })) })),
  inputs: optional(list(record({ name: text, type: inputType, nullable: bool, description: orNull(text) }))),
  computed: optional(
    list(
      record({
        name: text,
        expression,
        type: valueType,
        nullable: bool,
        default: optional(defaultValue),
        contract,
      }),
    ),
  ),
});

const datasetRows: Shape = (value, path) => {
  const kind: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "kind") : undefined;
  if (kind === "source") return record({ source })(value, path);
  return record({ kind: oneOf("service", "source"), name: text, version: number })(value, path);
};

export const datasetShape = record({
  kind: oneOf("dataset"),
  irVersion: number,
  name: text,
  rows: datasetRows,
  columns: list(
    record({ name: text, expression, type: valueType, nullable: bool, description: text, unit: orNull(text) }),
  ),
  cleaning: record({ missing: list(text), uniqueText: orNull(text), invalid: oneOf("refuse", "exclude") }),
  quality: orNull(record({ expression, description: text })),
  exclusions: list(record({ reason: text, description: text, when: expression })),
  split: orNull(record({ by: orNull(text), parts: record({ train: number, validation: number, test: number }) })),
  publication: record({
    title: text,
    purpose: text,
    provenance: list(record({ title: text, url: orNull(text) })),
    method: text,
    gaps: list(text),
    licence: text,
    authors: list(text),
    cadence: text,
    contact: text,
  }),
  access: oneOf("public", "key", "gated"),
  terms: orNull(record({ version: text, text })),
  csv: record({ null: text, escapeFormulas: bool }),
  schedule: optional(schedule),
  description: orNull(text),
  owner: orNull(text),
  tags: list(text),
});

export const definitionsShape = record({
  featureViews: list(featureViewShape),
  featureServices: list(featureServiceShape),
  datasets: optional(list(datasetShape)),
});
