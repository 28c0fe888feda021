import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyContract } from "../../src/author/feature";
import { jsonText } from "../../src/compile/generations/index";
import { compileServiceTrainingSet } from "../../src/compile/index";
import { compileComputedRows } from "../../src/compile/postgres-engine/index";
import type { CompiledServiceTrainingSet } from "../../src/compile/training/service-training-set";
import { dialects } from "../../src/compiler";
import { compileEvaluator } from "../../src/evaluate/compile-evaluator";
import { readerOf } from "../../src/evaluate/parse-text";
import { instantText } from "../../src/evaluate/time-texts";
import type { PortableValue } from "../../src/evaluate/values";
import { jsonNull } from "../../src/evaluate/values";
import type { Expression } from "../../src/ir/expressions";
import type { ComputedFeature, FeatureView, ServiceInput } from "../../src/ir/nodes";
import { AS_OF } from "../../src/ir/service-columns";
import { isNullable, typeOf } from "../../src/ir/type-of";
import type { ScalarType, ValueType } from "../../src/ir/types";
import { mapExpression } from "../../src/ir/visit";
import { type SqlDatabase, sqlTargets } from "../compile/support/databases";
import { duckdbTarget } from "../compile/support/duckdb";
import { isSame, textOf, viewOf } from "../evaluate/support/compiled-values";
import { anyExpression, shallowExpressions } from "../evaluate/support/expressions";
import { anyRow, columns, emptyRow, inputsOf, readAlike, type TableRow } from "../evaluate/support/rows";
import { compileWithShortDecimals } from "../evaluate/support/short-decimals";

/*
 * The law of computed features: evaluation in process, from a stored row, the request's values and the time of reading,
 * gives the same values as the SQL of a training set. LAW_RUNS and LAW_SEED as in evaluate-law.test.ts.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 20);
const seed = Number(process.env.LAW_SEED);
const spine = { schema: "featstore", table: "computed_spine" } as const;

const isInput = (name: string, type: ValueType): boolean => name.endsWith("_2") && !type.endsWith("[]");
const inputs = Object.entries(columns).flatMap(
  ([name, type]): ServiceInput[] =>
    isInput(name, type) ? [{ name, type: type as ScalarType, nullable: true, description: null }] : [], // no lists
);
const storedNames = Object.keys(columns).filter((name) => !inputs.some((input) => input.name === name));

/** A view with a feature for each stored column. */
function storedView(rows: readonly TableRow[], engine: SqlDatabase["engine"]): FeatureView {
  const scalars = storedNames.map(
    (name): Expression => ({ kind: "column", name, type: columns[name] ?? "string", nullable: true }),
  );
  const view = viewOf(scalars, rows, "of rows", engine);
  return { ...view, features: view.features.map((feature, index) => ({ ...feature, name: storedNames[index] ?? "" })) };
}

/** Column that represents the as-of time: expressions that read it read the as-of time instead. */
const asOfColumn = "seen_2";
/** Ten years in microseconds. */
const decade = 315_576_000_000_000n;

/** Microseconds since 1970 UTC: a different time for each row, all after the stored values. */
function asOfOf(number: number): bigint {
  return (
    1_767_312_000_000_000n + ((BigInt.asUintN(64, BigInt(seed + number) * 6_364_136_223_846_793_005n) >> 13n) % decade)
  );
}

/** The expression with features and inputs in place of columns. */
function computedOf(expression: Expression, index: number): ComputedFeature {
  const read = mapExpression(expression, (node) => {
    if (node.kind !== "column") return node;
    if (node.name === asOfColumn) return { ...node, name: AS_OF, nullable: false };
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
      // Does not send values that a request would reject as not of the input's type.
      const value = cell === null ? null : served(readerOf(type)(cell.text));
      return cell === null || value === null ? [] : [[name, { json: jsonOf(type, cell.text), value }]];
    }),
  );
}

async function fillSpine(database: SqlDatabase, rows: readonly TableRow[]): Promise<void> {
  await database.query("delete from featstore.computed_spine");
  const records = rows.map((row, number) => {
    const members = [...rowInputs(row)].map(([name, { json }]) => `${JSON.stringify(name)}:${json}`);
    const passthrough = `{${members.join(",")}}`.replaceAll("'", "''");
    return `(${number}, '', ${number}, '${instantText(asOfOf(number))}', '${passthrough}')`;
  });
  await database.query(`insert into featstore.computed_spine values ${records.join(", ")}`);
}

/**
 * Checks that SQL gives the same results for stored values and inputs that were converted to response texts and back.
 */
async function expectSameOfTexts(
  database: SqlDatabase,
  compiled: CompiledServiceTrainingSet,
  inputRows: readonly TableRow[],
): Promise<void> {
  const { statement, columns: stored, computed } = compiled;
  const texts = [
    ...stored.map(({ name, type }) => `${jsonText(`"${name}"`, type)} as "${name}"`),
    ...computed.map(({ name, feature }) => `${jsonText(`"${name}"`, feature.type)} as "${name}"`),
  ];
  const rows = await database.query(
    `select ${texts.join(", ")} from (\n${statement.text}\n) as "result" order by "_row"`,
    [...statement.parameters],
  );
  const values = rows.map((row, number) => {
    const sent = rowInputs(inputRows[number] ?? {});
    const own = stored.map(({ name, feature }) => `"portable.${feature}":${row[name]}`);
    const others = inputs.map(({ name }) => `"input.${name}":${sent.get(name)?.json ?? "null"}`);
    return `{${[...own, ...others].join(",")}}`;
  });
  const columnsOfTexts = [
    ...stored.map(({ feature, type }) => ({ name: `portable.${feature}`, type })),
    ...inputs.map(({ name, type }) => ({ name: `input.${name}`, type })),
  ];
  const again = compileComputedRows({
    computed: computed.map(({ feature }) => feature),
    columns: columnsOfTexts,
    values,
    spine,
  });
  const found = await database.query(again.text, [...(again.parameters ?? [])]);
  // SQL cannot read the text of a time outside the calendar's four digits.
  const isPlain = rows.map((row) =>
    stored.every(
      ({ name, type }) =>
        !(type === "date" || type === "timestamp") || /^(?:null|"\d{4}-.*)$/.test(row[name] ?? "null"),
    ),
  );
  const wrong = computed.flatMap(({ name, feature }, index) =>
    rows.flatMap((row, number) =>
      !isPlain[number] || isSameJson(row[name], found[number]?.[`v${index}`])
        ? []
        : [`${row[name]}, of texts ${found[number]?.[`v${index}`]}: ${JSON.stringify(feature.expression)}`],
    ),
  );
  expect(wrong.slice(0, 3)).toEqual([]);
}

/** Zeros in a list of numbers lose their sign in a document. */
function isSameJson(left: string | null | undefined, right: string | null | undefined): boolean {
  const plain = (text: string | null | undefined): string => JSON.stringify(JSON.parse(text ?? "null"));
  return left === right || plain(left) === plain(right);
}

async function differencesOf(
  database: SqlDatabase,
  expressions: readonly Expression[],
  rows: readonly TableRow[],
): Promise<readonly string[]> {
  await fillSpine(database, rows);
  const computed = expressions.map(computedOf);
  const { engine } = database;
  const compiled = compileServiceTrainingSet(dialects[engine], {
    views: [{ view: storedView(rows, engine), features: storedNames }],
    computed,
    inputs,
    spine,
  });
  const texts = compiled.computed.map(
    ({ name, feature }) => `${textOf(`"${name}"`, feature.type, engine)} as "${name}"`,
  );
  const found = await database.query(
    `select "_row"::text as "_row", ${texts.join(", ")} from (\n${compiled.statement.text}\n) as "result"`,
    [...compiled.statement.parameters],
  );
  expect(found.map((row) => row._row)).toEqual(rows.map((_row, index) => String(index)));
  // Values that were read before need no source: PostgreSQL computes from them, whatever the engine.
  if (engine === "postgres") await expectSameOfTexts(database, compiled, rows);
  return compiled.computed.flatMap(({ name, feature }) => {
    const evaluate = (engine === "duckdb" ? compileWithShortDecimals : compileEvaluator)(feature.expression);
    return rows.flatMap((row, number) => {
      const values = new Map<string, PortableValue>(
        storedNames.map((column) => [`portable.${column}`, served(inputsOf(row, engine).get(column) ?? null)]),
      );
      for (const [input, { value }] of rowInputs(row)) values.set(`input.${input}`, value);
      values.set(AS_OF, asOfOf(number));
      const actual = found[number]?.[name] ?? null;
      const expected = evaluate(values);
      if (isSame(actual, expected, feature.type, engine)) return [];
      return [`SQL ${actual}, in process ${String(expected)}: ${JSON.stringify(feature.expression)}`];
    });
  });
}

for (const target of [...sqlTargets("main"), duckdbTarget]) {
  describe.skipIf(target.skip)(`online = training set on ${target.name}`, () => {
    let database: SqlDatabase;
    const readable = (row: TableRow): TableRow => (target.engine === "duckdb" ? readAlike(row) : row);
    beforeAll(async () => {
      database = await target.open("America/New_York");
      await database.script(
        `create table featstore.computed_spine (
          _row bigint primary key, _tenant text not null, number bigint, _as_of timestamptz not null, _passthrough text
        )`,
      );
    });
    afterAll(() => database?.close());

    test("agree for every kind of node on every type", { timeout: 600_000 }, async () => {
      const rows = [...fc.sample(anyRow, { numRuns: 40 }), emptyRow].map(readable);
      const differences: string[] = [];
      // evaluate-law.test.ts has all of them on DuckDB.
      const expressions = shallowExpressions.filter((_each, index) => target.engine === "postgres" || index % 5 === 0);
      for (let first = 0; first < expressions.length; first += 100) {
        differences.push(...(await differencesOf(database, expressions.slice(first, first + 100), rows)));
      }
      expect(differences.slice(0, 10), `LAW_SEED=${seed}`).toEqual([]);
    });

    test("agree for random expressions", { timeout: 600_000 }, async () => {
      const anyCase = fc.record({
        expressions: fc.array(anyExpression, { minLength: 10, maxLength: 10 }),
        rows: fc.array(anyRow, { minLength: 10, maxLength: 10 }).map((rows) => [...rows, emptyRow].map(readable)),
      });
      await fc.assert(
        fc.asyncProperty(anyCase, async ({ expressions, rows }) => {
          const differences = await differencesOf(database, expressions, rows);
          if (differences.length > 0) throw new Error(differences.slice(0, 3).join("\n"));
        }),
        { numRuns: runs },
      );
    });
  });
}
