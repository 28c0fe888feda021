import { emptyContract } from "../../../src/author/feature";
import { compileView } from "../../../src/compile/index";
import { postgresDialect } from "../../../src/compile/postgres/index";
import { printDecimal } from "../../../src/evaluate/decimals";
import { printJson } from "../../../src/evaluate/json";
import type { Decimal, Json, PortableValue } from "../../../src/evaluate/values";
import type { AggregateExpression, Expression } from "../../../src/ir/expressions";
import { type Feature, type FeatureView, IR_VERSION } from "../../../src/ir/nodes";
import { isNullable, typeOf } from "../../../src/ir/type-of";
import type { ValueType } from "../../../src/ir/types";
import { mapExpression } from "../../../src/ir/visit";
import type { SqlDatabase } from "../../compile/support/databases";
import { columns, relationOf, type TableRow } from "./rows";

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
export function viewOf(expressions: readonly Expression[], rows: readonly TableRow[], way: Way): FeatureView {
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
      relation: { kind: "query", text: relationOf(rows) },
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

export function textOf(name: string, type: ValueType): string {
  if (type === "timestamp") return `(extract(epoch from ${name}) * 1000000)::bigint::text`;
  if (type === "date") {
    return `to_char(${name}::timestamp, 'YYYY-MM-DD') || case when ${name} < '0001-01-01' then ' BC' else '' end`;
  }
  return type === "string[]" || type === "float64[]" ? `to_json(${name})::text` : `${name}::text`;
}

/** The values of the expressions for each row, from compiled SQL, as exact texts. */
export async function compiledValues(
  database: SqlDatabase,
  view: FeatureView,
): Promise<readonly (readonly (string | null)[])[]> {
  const { text, parameters } = compileView(postgresDialect, view);
  const texts = view.features.map(({ name, type }) => `${textOf(name, type)} as ${name}`);
  const rows = await database.query(`select ${texts.join(", ")} from (\n${text}\n) as "result" order by "number"`, [
    "2026-01-02T00:00:00.000000Z",
    ...parameters,
  ]);
  return rows.map((row) => view.features.map(({ name }) => row[name] ?? null));
}

/** Whether the database's text represents this value exactly, including decimal places and the sign of zero. */
export function isSame(actual: string | null, value: PortableValue, type: ValueType): boolean {
  if (actual === null || value === null) return actual === value;
  switch (type) {
    case "bool":
      return (actual === "true" || actual === "t") === value;
    case "float32":
      return Object.is(Math.fround(Number(actual)), value);
    case "float64":
      return Object.is(Number(actual), value);
    case "decimal":
      return actual === printDecimal(value as Decimal);
    case "json":
      return actual === printJson(value as Json);
    case "string[]":
      return actual === JSON.stringify(value);
    case "float64[]": {
      const numbers: unknown = JSON.parse(actual);
      return Array.isArray(numbers) && Array.isArray(value) && equalItems(numbers, value);
    }
    default:
      return actual === String(value);
  }
}

function equalItems(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => Object.is(item, right[index]));
}
