import { emptyContract } from "../../../src/author/feature";
import { compileView, dialects } from "../../../src/compiler";
import { printDecimal } from "../../../src/evaluate/decimals";
import { printJson } from "../../../src/evaluate/json";
import { parseJson } from "../../../src/evaluate/parse-json";
import { type Decimal, type Json, jsonNull, type PortableValue } from "../../../src/evaluate/values";
import type { AggregateExpression, Expression } from "../../../src/ir/expressions";
import { type Feature, type FeatureView, IR_VERSION } from "../../../src/ir/nodes";
import { isNullable, typeOf } from "../../../src/ir/type-of";
import type { ValueType } from "../../../src/ir/types";
import { mapExpression } from "../../../src/ir/visit";
import type { SqlDatabase } from "../../compile/support/databases";
import { microseconds, wholeText } from "../../compile/support/result-text";
import { columns, relationOf, type TableRow } from "./rows";

type Engine = SqlDatabase["engine"];

const latest = (operand: Expression): AggregateExpression => ({
  kind: "aggregate",
  name: "latest",
  operand,
  where: null,
  overSeconds: null,
  ignoreNulls: false,
});

/** An expression as a feature: over the row, or over the latest value of each column. */
export type Way = "of rows" | "of aggregates";

function featureOf(scalar: Expression, index: number, way: Way): Feature {
  const expression =
    way === "of rows"
      ? latest(scalar)
      : mapExpression(scalar, (node) => (node.kind === "column" ? latest(node) : node));
  return {
    name: `f${String(index).padStart(4, "0")}`,
    expression,
    type: typeOf(expression),
    nullable: isNullable(expression),
    embedding: null,
    contract: emptyContract,
  };
}

/** A view with the expressions as features and the rows, by number, as entities. */
export function viewOf(
  expressions: readonly Expression[],
  rows: readonly TableRow[],
  way: Way,
  engine: Engine = "postgres",
): FeatureView {
  const key = { name: "number", column: "number", type: "int64", nullable: false, zone: null } as const;
  return {
    kind: "feature_view",
    irVersion: IR_VERSION,
    name: "portable",
    version: 1,
    entity: {
      kind: "entity",
      name: "row",
      key: [{ name: "number", type: "int64" }],
      population: null,
      description: null,
    },
    source: {
      kind: "source",
      name: "rows",
      relation: { kind: "query", text: relationOf(rows, engine) },
      key: [key],
      columns: Object.entries(columns).map(([name, type]) => ({
        name,
        column: name,
        type,
        nullable: true,
        zone: null,
      })),
      eventTime: { column: "happened", zone: null },
      knownTime: null,
      tieBreak: [],
      tenant: null,
      history: "events",
      filter: null,
    },
    filter: null,
    ttlSeconds: null,
    features: expressions.map((expression, index) => featureOf(expression, index, way)),
    description: null,
    owner: null,
    tags: [],
  };
}

export function textOf(name: string, type: ValueType, engine: Engine = "postgres"): string {
  if (type === "string") return wholeText(name, engine);
  if (type === "timestamp") return microseconds(name, engine);
  if (type === "date") {
    if (engine === "duckdb") return `replace(${name}::text, ' (BC)', ' BC')`;
    return `to_char(${name}::timestamp, 'YYYY-MM-DD') || case when ${name} < '0001-01-01' then ' BC' else '' end`;
  }
  return type === "string[]" || type === "float64[]" ? `to_json(${name})::text` : `${name}::text`;
}

/** The values of the expressions for each row, from compiled SQL, as exact texts. */
export async function compiledValues(
  database: SqlDatabase,
  view: FeatureView,
): Promise<readonly (readonly (string | null)[])[]> {
  const { engine } = database;
  const { text, parameters } = compileView(dialects[engine], view);
  const texts = view.features.map(({ name, type }) => `${textOf(name, type, engine)} as ${name}`);
  const rows = await database.query(`select ${texts.join(", ")} from (\n${text}\n) as "result" order by "number"`, [
    "2026-01-02T00:00:00.000000Z",
    ...parameters,
  ]);
  return rows.map((row) => view.features.map(({ name }) => row[name] ?? null));
}

/**
 * Whether the database's text represents this value exactly, including decimal places and the sign of zero. On DuckDB,
 * floats may differ in their last digits and zeros in their sign, and a decimal has no zeros at its end.
 */
export function isSame(
  actual: string | null,
  value: PortableValue,
  type: ValueType,
  engine: Engine = "postgres",
): boolean {
  if (actual === null || value === null) return actual === value;
  const isEqual = engine === "duckdb" ? isClose : Object.is;
  switch (type) {
    case "bool":
      return (actual === "true" || actual === "t") === value;
    case "float32":
      return isEqual(Math.fround(Number(actual)), value);
    case "float64":
      return isEqual(Number(actual), value);
    case "decimal":
      return (engine === "duckdb" ? actual.replace(/\.?0+$/, "") : actual) === printDecimal(value as Decimal);
    case "json":
      return (engine === "duckdb" ? printJson(parseJson(actual) ?? jsonNull) : actual) === printJson(value as Json);
    case "string[]":
      return JSON.stringify(JSON.parse(actual)) === JSON.stringify(value);
    case "float64[]": {
      const numbers: unknown = JSON.parse(actual);
      return Array.isArray(numbers) && Array.isArray(value) && equalItems(numbers, value, isEqual);
    }
    default:
      return actual === String(value);
  }
}

type Equal = (actual: unknown, expected: unknown) => boolean;

const isClose: Equal = (actual, expected) =>
  Math.abs(Number(actual) - Number(expected)) <= 1e-12 * Math.abs(Number(expected));

function equalItems(left: readonly unknown[], right: readonly unknown[], isEqual: Equal): boolean {
  return left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
}
