import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresFunctions } from "../../src/compile/postgres/functions";
import { cast } from "./reference/casts";
import type { Value } from "./reference/values";
import { type SqlDatabase, sqlTargets } from "./support/databases";

test("the functions of the schema include the compiler's", () => {
  const file = resolve(import.meta.dirname, "../../../migrations/functions/compiled-sql.sql");
  expect(readFileSync(file, "utf8")).toBe(postgresFunctions);
});

const texts = [
  "0",
  "7",
  "-7",
  "+7",
  "007",
  " 7 ",
  "\t7\n",
  "7.",
  "7.0",
  "7.00",
  "7.5",
  ".5",
  "5.",
  ".",
  "",
  " ",
  "-",
  "1e3",
  "1E-3",
  "1e+3",
  "1e",
  "1e0003",
  "1e308",
  "1.7976931348623157e308",
  "1.8e308",
  "1e999",
  "-1e999",
  "1e-323",
  "4.9e-324",
  "1e-400",
  "0e999",
  "1e9999",
  "NaN",
  "nan",
  "Infinity",
  "-inf",
  "0x10",
  "0b1",
  "1_000",
  "1,5",
  "٣",
  "½",
  "1 2",
  "2147483647",
  "2147483648",
  "-2147483648",
  "-2147483649",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "9".repeat(299),
  "9".repeat(310),
  `0.${"0".repeat(320)}1`,
  "1".repeat(1001),
  `${"0".repeat(998)}12`,
  "true",
  "TRUE",
  " True ",
  "t",
  "Yes",
  "on",
  "false",
  "F",
  "off",
  "n",
  "2",
  "truE!",
  "2026-02-28",
  "2026-02-29",
  "2024-02-29",
  "1900-02-29",
  "2000-02-29",
  "2026-13-01",
  "2026-00-10",
  "2026-04-31",
  "0000-01-01",
  "0001-01-01",
  "9999-12-31",
  " 2026-01-01 ",
  "2026-1-1",
  "20260101",
  "2026-01-01T00:00:00Z",
  "2026-01-01 23:59:59.999999",
  "2026-01-01T24:00:00Z",
  "2026-01-01T23:60:00Z",
  "2026-01-01T23:59:60Z",
  "2026-01-01T12:30",
  "2026-01-01T12:30:15.1234567891+05:30",
  "2026-01-01T12:30:15-0800",
  "2026-01-01T12:30:15 +01",
  "2026-01-01T12:30:15+16:00",
  "2026-01-01T12:30:15.Z",
  "2026-01-01T",
  "infinity",
  "now",
  "today",
  "1.1.2026",
];

const jsonTexts = [
  "{",
  "",
  "null",
  "[1, 2",
  '{"a": 1}',
  "1e5",
  '"\\ud83d\\ude00"',
  "[]",
  "'x'",
  "{'a': 1}",
  "[1] x",
  "nul",
];

const functions = [
  ["to_bool", "bool"],
  ["to_int32", "int32"],
  ["to_int64", "int64"],
  ["to_float64", "float64"],
  ["to_float32", "float32"],
  ["to_decimal", "decimal"],
  ["to_date", "date"],
  ["to_timestamp", "timestamp"],
] as const;

function textOfResult(type: string, value: string): string {
  if (type === "date") return `to_char((${value})::timestamp, 'YYYY-MM-DD')`;
  return type === "timestamp" ? `(extract(epoch from ${value}) * 1000000)::bigint::text` : `(${value})::text`;
}

function agrees(type: string, actual: string | null, expected: Value): boolean {
  if (actual === null || expected === null) return actual === null && expected === null;
  if (type === "bool") return ["t", "true"].includes(actual) === expected;
  if (type === "float64") return Number(actual) === expected;
  if (type === "float32") return Math.fround(Number(actual)) === expected;
  if (typeof expected === "object") return true; // decimals: only that they parse; the law compares their digits
  return actual === String(expected);
}

for (const target of sqlTargets("all")) {
  describe.skipIf(target.skip)(`functions on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open("America/New_York");
    });
    afterAll(() => database?.close());

    async function castAll(name: string, type: string, inputs: readonly string[]): Promise<readonly (string | null)[]> {
      const rows = await database.query(
        `select ${textOfResult(type, `featstore.${name}(value)`)} as result
         from jsonb_array_elements_text($1::text::jsonb) with ordinality as given (value, position) order by position`,
        [JSON.stringify(inputs)],
      );
      return rows.map((row) => row.result ?? null);
    }

    test.each(functions)("%s reads text as the reference does, and never raises", async (name, type) => {
      const results = await castAll(name, type, texts);
      const wrong = texts.filter((text, index) => !agrees(type, results[index] ?? null, cast(text, "string", type)));
      expect(wrong.map((text) => `${text}: ${results[texts.indexOf(text)]}`)).toEqual([]);
    });

    test("reads any text of digits and similar characters as the reference does", async () => {
      const character = fc.constantFrom(..."0123456789+-.eE ", "9", "0", "1", "T", ":", "Z", "é", "\t");
      const inputs = fc.sample(fc.string({ unit: character, maxLength: 24 }), { numRuns: 2000, seed: 5 });
      for (const [name, type] of functions) {
        const results = await castAll(name, type, inputs);
        const wrong = inputs.filter((text, index) => !agrees(type, results[index] ?? null, cast(text, "string", type)));
        expect(wrong.map((text) => [name, text])).toEqual([]);
      }
    });

    test("to_json parses JSON text", async () => {
      const results = await castAll("to_json", "json", jsonTexts);
      expect(results).toEqual([null, null, "null", null, '{"a": 1}', "100000", '"😀"', "[]", null, null, null, null]);
    });

    test("reads arrays from JSON", async () => {
      const [row] = await database.query(
        `select to_json(featstore.to_text_array('["a", 1, true]'))::text as texts,
           featstore.to_text_array('["a", null]')::text as with_null, featstore.to_text_array('[["a"]]')::text as nested,
           featstore.to_text_array('"a"')::text as scalar, to_json(featstore.to_float64_array('[1, "2.5", 1e2]'))::text as numbers,
           featstore.to_float64_array('[1, "x"]')::text as bad, to_json(featstore.to_text_array('[]'))::text as empty`,
      );
      expect(row).toEqual({
        texts: '["a","1","true"]',
        with_null: null,
        nested: null,
        scalar: null,
        numbers: "[1,2.5,100]",
        bad: null,
        empty: "[]",
      });
    });

    const extremes = [
      0,
      -0,
      5e-324,
      -5e-324,
      2.3e-308,
      1e-200,
      1e-30,
      0.1,
      1,
      3,
      1e30,
      1e154,
      1.4e154,
      1e200,
      9e307,
      1e308,
      -1e308,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
    ];

    test.each([
      ["add", (a: number, b: number) => a + b],
      ["subtract", (a: number, b: number) => a - b],
      ["multiply", (a: number, b: number) => a * b],
      ["divide", (a: number, b: number) => (b === 0 ? Number.NaN : a / b)],
    ] as const)("%s of floats is null if the result is not finite, and never raises", async (name, operation) => {
      const pairs = extremes.flatMap((a) => extremes.map((b) => [a, b] as const));
      const rows = await database.query(
        `select featstore.${name}((pair ->> 0)::double precision, (pair ->> 1)::double precision)::text as result
         from jsonb_array_elements($1::text::jsonb) with ordinality as given (pair, position) order by position`,
        [JSON.stringify(pairs)],
      );
      const wrong = pairs.filter(([a, b], index) => {
        const expected = operation(a, b);
        const result = rows[index]?.result ?? null;
        return Number.isFinite(expected) ? result === null || Number(result) !== expected + 0 : result !== null;
      });
      expect(wrong).toEqual([]);
    });

    test("returns null for integers that do not fit", async () => {
      const [row] = await database.query(
        `select featstore.add(2147483647, 1)::text as a, featstore.subtract(-2147483648, 1)::text as b, featstore.multiply(65536, 32768)::text as c,
           featstore.multiply(65536, 32767)::text as d, featstore.remainder(7, 0)::text as e, featstore.remainder(-7, 2)::text as f,
           featstore.add(9223372036854775807, 1::bigint)::text as g, featstore.multiply(-9223372036854775807 - 1, -1::bigint)::text as h,
           featstore.divide(1::numeric, 0::numeric)::text as i, featstore.to_int32(2147483648::bigint)::text as j,
           featstore.to_int32(2147483647.5::double precision)::text as k, featstore.to_int64('NaN'::double precision)::text as l,
           featstore.to_int32(-0.5::double precision)::text as m, featstore.to_float64('1e400'::numeric)::text as n,
           featstore.to_float32(1e39::double precision)::text as o, featstore.to_float64('NaN'::numeric)::text as p`,
      );
      expect(row).toEqual({
        a: null,
        b: null,
        c: null,
        d: "2147418112",
        e: null,
        f: "-1",
        g: null,
        h: null,
        i: null,
        j: null,
        k: null,
        l: null,
        m: "-1",
        n: null,
        o: null,
        p: null,
      });
    });

    test("inlines casts of columns, without a function call per row", async () => {
      await database.script("create table numbers (value text)");
      const plan = await database.query(
        `explain (verbose, costs off) select featstore.to_float64(value), featstore.to_int32(value), featstore.to_bool(value),
           featstore.to_decimal(value), featstore.add(length(value), 1) from numbers`,
      );
      const output = plan.map((row) => row["QUERY PLAN"]).find((line) => line?.includes("Output:"));
      expect(output).not.toMatch(/featstore\.(to_int32|to_bool|to_decimal|add)\(/);
      expect(output).not.toContain("featstore.to_float64(numbers.value)");
    });
  });
}
