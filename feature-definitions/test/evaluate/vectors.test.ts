import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { duckdbParts } from "../../src/compile/duckdb/dialect";
import { castName } from "../../src/compile/duckdb/types";
import { postgresParts } from "../../src/compile/postgres/dialect";
import { atom, createLiterals } from "../../src/compile/text/rendered";
import { renderScalar } from "../../src/compile/text/scalar";
import { compileEvaluator } from "../../src/evaluate/compile-evaluator";
import type { Expression, VectorFunctionName } from "../../src/ir/expressions";
import { type SqlDatabase, sqlTargets } from "../compile/support/databases";
import { duckdbTarget } from "../compile/support/duckdb";

const DIMENSIONS = 384;
const type = `vector(${DIMENSIONS})` as const;
const names = ["cosine_similarity", "inner_product", "l2_distance"] as const satisfies readonly VectorFunctionName[];
const column = (name: string): Expression => ({ kind: "column", name, type, nullable: true });
const expressionOf = (name: VectorFunctionName): Expression => ({
  kind: "vector_function",
  name,
  left: column("a"),
  right: column("b"),
});

type Vector = readonly number[];
const element = fc
  .float({ noNaN: true, min: -1000, max: 1000 })
  .filter((value) => value === 0 || Math.abs(value) > 1e-6);
const anyVector: fc.Arbitrary<Vector> = fc.oneof(
  { weight: 5, arbitrary: fc.array(element, { minLength: DIMENSIONS, maxLength: DIMENSIONS }) },
  { weight: 1, arbitrary: fc.constant(Array.from({ length: DIMENSIONS }, () => 0)) },
);

const sizeOf = (vector: Vector): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** The reference size for the tolerance. */
function magnitudeOf(name: VectorFunctionName, a: Vector, b: Vector): number {
  if (name === "cosine_similarity") return 1;
  return name === "inner_product" ? sizeOf(a) * sizeOf(b) : sizeOf(a) + sizeOf(b);
}

async function inSql(database: SqlDatabase, a: Vector, b: Vector): Promise<readonly (string | null)[]> {
  const isDuckdb = database.engine === "duckdb";
  const [parts, typeName] = isDuckdb ? [duckdbParts, castName(type)] : [postgresParts, type];
  const context = { parameters: createLiterals(parts), column: (name: string) => atom(`"v"."${name}"`, type) };
  const items = names.map((name) => `(${renderScalar(parts, expressionOf(name), context).text})::text as "${name}"`);
  const [row] = await database.query(
    `select ${items.join(", ")} from (select '[${a.join(",")}]'::${typeName} as "a", '[${b.join(",")}]'::${typeName} as "b") as "v"`,
  );
  return names.map((name) => row?.[name] ?? null);
}

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

function inProcess(a: Vector, b: Vector): readonly (number | null)[] {
  const values = new Map([
    ["a", a],
    ["b", b],
  ]);
  return names.map((name) => {
    const value = compileEvaluator(expressionOf(name))(values);
    return typeof value === "number" ? value : null;
  });
}

for (const target of [...sqlTargets("main"), duckdbTarget].filter(({ hasVectors }) => hasVectors)) {
  describe.skipIf(target.skip)(`functions of vectors on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open();
    });
    afterAll(() => database?.close());

    test("agree in SQL and in process within 1e-6", { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyVector, anyVector, async (a, b) => {
          const [actual, expected] = [await inSql(database, a, b), inProcess(a, b)];
          for (const [index, name] of names.entries()) {
            const [text, value] = [actual[index] ?? null, expected[index] ?? null];
            if (text === null || value === null) expect([name, text]).toEqual([name, value]);
            else
              expect(Math.abs(Number(text) - value) / Math.max(1e-30, magnitudeOf(name, a, b)), name).toBeLessThan(
                1e-6,
              );
          }
        }),
        { numRuns: 60 },
      );
    });

    test("are null if the result is not a finite number", async () => {
      const [zeros, large] = [0, 3e38].map((value) => Array.from({ length: DIMENSIONS }, () => value));
      if (!zeros || !large) throw new Error("There are both");
      expect((await inSql(database, zeros, large)).map(numberOf)).toEqual([null, 0, null]);
      expect(inProcess(zeros, large)).toEqual([null, 0, null]);
      expect((await inSql(database, large, large)).slice(1).map(numberOf)).toEqual([null, 0]);
      expect(inProcess(large, large)).toEqual([1, null, 0]);
    });
  });
}

test("rounds a float64 input to float32, as the database stores it", () => {
  const near = compileEvaluator({
    kind: "vector_function",
    name: "l2_distance",
    left: { kind: "column", name: "a", type: "vector(1)", nullable: true },
    right: { kind: "column", name: "b", type: "vector(1)", nullable: true },
  });
  expect(
    near(
      new Map([
        ["a", [0.1]],
        ["b", [Math.fround(0.1)]],
      ]),
    ),
  ).toBe(0);
});
