import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDefinitions } from "../../src/check/validate";
import { compileEvaluator } from "../../src/evaluate/compile-evaluator";
import type { Expression } from "../../src/ir/expressions";
import { isPortable } from "../../src/ir/portable";
import { typeOf } from "../../src/ir/type-of";
import { walk } from "../../src/ir/visit";
import { type SqlDatabase, sqlTargets } from "../compile/support/databases";
import { duckdbTarget } from "../compile/support/duckdb";
import { compiledValues, isSame, viewOf, type Way } from "./support/compiled-values";
import { anyExpression, shallowExpressions } from "./support/expressions";
import { anyRow, emptyRow, inputsOf, readAlike, type TableRow } from "./support/rows";
import { compileWithShortDecimals } from "./support/short-decimals";

/*
 * The law: a portable expression has the same value in process as in the compiled SQL. LAW_RUNS sets the number of
 * cases per database; LAW_SEED repeats a failed run.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 10);
const seed = Number(process.env.LAW_SEED);

const show = (value: unknown): string =>
  value instanceof Map
    ? `Map ${[...value].map(([key, item]) => `${key}: ${show(item)}`).join(", ")}`
    : JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));

/** Lists every difference between the database's values and the evaluators'. */
async function differencesOf(
  database: SqlDatabase,
  expressions: readonly Expression[],
  rows: readonly TableRow[],
  way: Way,
): Promise<readonly string[]> {
  const { engine } = database;
  const compiled = await compiledValues(database, viewOf(expressions, rows, way, engine));
  const evaluators = expressions.map(engine === "duckdb" ? compileWithShortDecimals : compileEvaluator);
  return rows.flatMap((row, number) => {
    const inputs = inputsOf(row, engine);
    return evaluators.flatMap((evaluate, index) => {
      const expression = expressions[index];
      const actual = compiled[number]?.[index] ?? null;
      const value = evaluate(inputs);
      if (!expression || isSame(actual, value, typeOf(expression), engine)) return [];
      const read: string[] = [];
      walk(expression, (node) => {
        if (node.kind === "column") read.push(`${node.name} = ${row[node.name]?.text ?? null}`);
      });
      return [`SQL ${actual}, in process ${show(value)}\n  ${read.join(", ")}\n  ${JSON.stringify(expression)}`];
    });
  });
}

const anyRows = fc.array(anyRow, { minLength: 20, maxLength: 20 }).map((rows) => [...rows, emptyRow]);
const anyCase = fc.record({
  expressions: fc.array(anyExpression, { minLength: 10, maxLength: 10 }),
  rows: anyRows,
  way: fc.constantFrom<Way>("of rows", "of aggregates"),
});

test("random expressions are portable and pass the checks", () => {
  const expressions = fc.sample(anyExpression, { numRuns: 300, seed: 3 });
  expect(expressions.filter((expression) => !isPortable(expression))).toEqual([]);
  const view = viewOf([...shallowExpressions, ...expressions], [], "of aggregates");
  const errors = checkDefinitions({ featureViews: [view], featureServices: [] }).filter(
    ({ severity }) => severity === "error",
  );
  expect(errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
});

// Vectors have a separate law: their values are compared with a tolerance.
const portableKinds: Readonly<Record<Exclude<Expression["kind"], "sql" | "aggregate" | "vector_function">, true>> = {
  arithmetic: true,
  case: true,
  cast: true,
  coalesce: true,
  column: true,
  comparison: true,
  date_part: true,
  in: true,
  json_get: true,
  literal: true,
  logic: true,
  not: true,
  null_test: true,
  string_function: true,
  time_between: true,
};

test.each([
  ["every kind of node", shallowExpressions],
  ["random expressions", fc.sample(anyExpression, { numRuns: 300, seed: 3 })],
])("%s cover every portable kind with values that are not null", (_name, expressions) => {
  const rows = fc.sample(anyRow, { numRuns: 30, seed: 3 }).map((row) => inputsOf(row));
  const covered = new Set<string>();
  for (const expression of expressions) {
    walk(expression, (node) => {
      if (covered.has(node.kind)) return;
      const evaluate = compileEvaluator(node);
      if (rows.some((row) => evaluate(row) !== null)) covered.add(node.kind);
    });
  }
  expect([...covered].sort()).toEqual(Object.keys(portableKinds));
});

for (const target of [...sqlTargets("main"), duckdbTarget]) {
  describe.skipIf(target.skip)(`in process = compiled SQL on ${target.name}`, () => {
    let database: SqlDatabase;
    const readable = (row: TableRow): TableRow => (target.engine === "duckdb" ? readAlike(row) : row);
    beforeAll(async () => {
      database = await target.open("America/New_York");
    });
    afterAll(() => database?.close());

    test("agrees for every kind of node on every type", { timeout: 600_000 }, async () => {
      const rows = [...fc.sample(anyRow, { numRuns: 200 }), emptyRow].map(readable);
      const differences: string[] = [];
      for (let first = 0; first < shallowExpressions.length; first += 40) {
        const expressions = shallowExpressions.slice(first, first + 40);
        differences.push(...(await differencesOf(database, expressions, rows, "of rows")));
      }
      expect(differences.slice(0, 10), `LAW_SEED=${seed}`).toEqual([]);
    });

    test("agrees for random expressions", { timeout: 600_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyCase, async ({ expressions, rows, way }) => {
          const differences = await differencesOf(database, expressions, rows.map(readable), way);
          if (differences.length > 0) throw new Error(differences.slice(0, 3).join("\n"));
        }),
        { numRuns: runs },
      );
    });
  });
}
