import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyContract } from "../../src/author/feature";
import { compileServiceTrainingSet } from "../../src/compile/index";
import { compileEvaluator, jsonNull, readerOf } from "../../src/evaluate/index";
import type { PortableValue } from "../../src/evaluate/values";
import type { Expression } from "../../src/ir/expressions";
import type { ComputedFeature, FeatureView, ServiceInput } from "../../src/ir/nodes";
import { isNullable, typeOf } from "../../src/ir/type-of";
import type { ScalarType, ValueType } from "../../src/ir/types";
import { mapExpression } from "../../src/ir/visit";
import { type SqlDatabase, sqlTargets } from "../compile/support/databases";
import { isSame, textOf, viewOf } from "../evaluate/support/compiled-values";
import { anyExpression, shallowExpressions } from "../evaluate/support/expressions";
import { anyRow, columns, emptyRow, type TableRow } from "../evaluate/support/rows";

/*
 * The law of computed features: what is evaluated in process from a stored row and the values that come with a request
 * is what the SQL of a training set gives for them. LAW_RUNS and LAW_SEED as in evaluate-law.test.ts.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS ?? 400) / 20);
const seed = Number(process.env.LAW_SEED ?? Date.now());
const spine = { schema: "featstore", table: "computed_spine" } as const;

const isInput = (name: string, type: ValueType): boolean => name.endsWith("_2") && !type.endsWith("[]");
const inputs = Object.entries(columns).flatMap(
  ([name, type]): ServiceInput[] =>
    isInput(name, type) ? [{ name, type: type as ScalarType, nullable: true, description: null }] : [], // no lists
);
const storedNames = Object.keys(columns).filter((name) => !inputs.some((input) => input.name === name));

/** A view with a feature for each of the columns that are stored. */
function storedView(rows: readonly TableRow[]): FeatureView {
  const scalars = storedNames.map(
    (name): Expression => ({ kind: "column", name, type: columns[name] ?? "string", nullable: true }),
  );
  const view = viewOf(scalars, rows, "of rows");
  return { ...view, features: view.features.map((feature, index) => ({ ...feature, name: storedNames[index] ?? "" })) };
}

/** The expression over features and inputs instead of columns. */
function computedOf(expression: Expression, index: number): ComputedFeature {
  const read = mapExpression(expression, (node) => {
    if (node.kind !== "column") return node;
    const owner = isInput(node.name, node.type) ? "input" : "portable";
    return { ...node, name: `${owner}.${node.name}`, nullable: true };
  });
  const [type, nullable] = [typeOf(read), isNullable(read)];
  return { name: `c${index}`, expression: read, type, nullable, contract: emptyContract };
}

const jsonOf = (type: ValueType, text: string): string => (type === "json" ? text : JSON.stringify(text));

/** Served JSON null is null. */
const served = (value: PortableValue): PortableValue => (value === jsonNull ? null : value);

function rowInputs(row: TableRow): ReadonlyMap<string, { readonly json: string; readonly value: PortableValue }> {
  return new Map(
    inputs.flatMap(({ name, type }) => {
      const cell = row[name] ?? null;
      // What a request would have been told is no value of the input is not sent.
      const value = cell === null ? null : served(readerOf(type)(cell.text));
      return cell === null || value === null ? [] : [[name, { json: jsonOf(type, cell.text), value }]];
    }),
  );
}

async function fillSpine(database: SqlDatabase, rows: readonly TableRow[]): Promise<void> {
  await database.query("delete from featstore.computed_spine");
  const records = rows.map((row, number) => {
    const members = [...rowInputs(row)].map(([name, { json }]) => `${JSON.stringify(name)}:${json}`);
    return {
      _row: number,
      _tenant: "",
      number,
      _as_of: "2026-01-02T00:00:00Z",
      _passthrough: `{${members.join(",")}}`,
    };
  });
  await database.query(
    "insert into featstore.computed_spine select * from jsonb_populate_recordset(null::featstore.computed_spine, $1::text::jsonb)",
    [JSON.stringify(records)],
  );
}

async function differencesOf(
  database: SqlDatabase,
  expressions: readonly Expression[],
  rows: readonly TableRow[],
): Promise<readonly string[]> {
  await fillSpine(database, rows);
  const computed = expressions.map(computedOf);
  const compiled = compileServiceTrainingSet({
    views: [{ view: storedView(rows), features: storedNames }],
    computed,
    inputs,
    spine,
  });
  const texts = compiled.computed.map(({ name, feature }) => `${textOf(`"${name}"`, feature.type)} as "${name}"`);
  const found = await database.query(
    `select "_row"::text, ${texts.join(", ")} from (\n${compiled.statement.text}\n) as "result"`,
    [...compiled.statement.parameters],
  );
  expect(found.map((row) => row._row)).toEqual(rows.map((_row, index) => String(index)));
  return compiled.computed.flatMap(({ name, feature }) => {
    const evaluate = compileEvaluator(feature.expression);
    return rows.flatMap((row, number) => {
      const values = new Map<string, PortableValue>(
        storedNames.map((column) => [`portable.${column}`, served(row[column]?.value ?? null)]),
      );
      for (const [input, { value }] of rowInputs(row)) values.set(`input.${input}`, value);
      const actual = found[number]?.[name] ?? null;
      const expected = evaluate(values);
      if (isSame(actual, expected, feature.type)) return [];
      return [`SQL ${actual}, in process ${String(expected)}: ${JSON.stringify(feature.expression)}`];
    });
  });
}

for (const target of sqlTargets()) {
  describe.skipIf(target.skip)(`online = training set on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open("America/New_York");
      await database.script(
        `create unlogged table featstore.computed_spine (
          _row bigint primary key, _tenant text not null, number bigint, _as_of timestamptz not null, _passthrough text
        )`,
      );
    });
    afterAll(() => database?.close());

    test("every kind of node on every type", { timeout: 600_000 }, async () => {
      const rows = [...fc.sample(anyRow, { numRuns: 40, seed }), emptyRow];
      const differences: string[] = [];
      for (let first = 0; first < shallowExpressions.length; first += 100) {
        differences.push(...(await differencesOf(database, shallowExpressions.slice(first, first + 100), rows)));
      }
      expect(differences.slice(0, 10), `LAW_SEED=${seed}`).toEqual([]);
    });

    test("random expressions", { timeout: 600_000 }, async () => {
      const anyCase = fc.record({
        expressions: fc.array(anyExpression, { minLength: 10, maxLength: 10 }),
        rows: fc.array(anyRow, { minLength: 10, maxLength: 10 }).map((rows) => [...rows, emptyRow]),
      });
      await fc.assert(
        fc.asyncProperty(anyCase, async ({ expressions, rows }) => {
          const differences = await differencesOf(database, expressions, rows);
          if (differences.length > 0) throw new Error(differences.slice(0, 3).join("\n"));
        }),
        { numRuns: runs, seed },
      );
    });
  });
}
