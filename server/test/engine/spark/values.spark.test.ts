import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sparkParts } from "../../../../feature-definitions/src/compile/spark/dialect";
import { createLiterals } from "../../../../feature-definitions/src/compile/text/rendered";
import { renderScalar } from "../../../../feature-definitions/src/compile/text/scalar";
import { compileEvaluator } from "../../../../feature-definitions/src/evaluate/compile-evaluator";
import { printDecimal } from "../../../../feature-definitions/src/evaluate/decimals";
import { printJson } from "../../../../feature-definitions/src/evaluate/json";
import { isDecimal, type Json, type PortableValue } from "../../../../feature-definitions/src/evaluate/values";
import type { ArithmeticOperator, Expression } from "../../../../feature-definitions/src/ir/expressions";
import { typeOf } from "../../../../feature-definitions/src/ir/type-of";
import type { ValueType } from "../../../../feature-definitions/src/ir/types";
import type { SqlDatabase } from "../../../../feature-definitions/test/compile/support/databases";
import { openSparkDatabase } from "./support/spark-database";

/* The table "Values on Spark" of docs/guide/engines.md, row by row, and what Spark would compute wrongly without care. */

const url = process.env.TEST_SPARK_URL ?? "";

const text = (value: string): Expression => ({ kind: "literal", type: "string", value });
const integer = (value: number): Expression => ({ kind: "literal", type: "int32", value });
const cast = (operand: Expression, to: ValueType): Expression => ({ kind: "cast", operand, to, strict: false });
const decimal = (value: string): Expression => cast(text(value), "decimal");
const float = (value: string): Expression => cast(text(value), "float64");
const json = (value: string): Expression => cast(text(value), "json");
const of = (operator: ArithmeticOperator, left: Expression, right: Expression): Expression => ({
  kind: "arithmetic",
  operator,
  left,
  right,
});
const at = (document: string, ...path: readonly (string | number)[]): Expression => ({
  kind: "json_get",
  operand: json(document),
  path,
});

function shown(value: PortableValue, type: ValueType): string | null {
  if (value === null) return null;
  if (type === "json") return printJson(value as Json);
  if (isDecimal(value)) return printDecimal(value);
  return Object.is(value, -0) ? "-0" : String(value);
}

const inProcess = (expression: Expression): string | null =>
  shown(compileEvaluator(expression)(new Map()), typeOf(expression));

const large = `1${"0".repeat(28)}`;
const spaces = " ".repeat(1000);

const deep = `${"[".repeat(1001)}${"]".repeat(1001)}`;

describe.skipIf(url === "" && process.env.REQUIRE_SERVICES !== "1")("values on Spark", () => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openSparkDatabase(url);
  });
  afterAll(() => database?.close());

  async function onSpark(expression: Expression): Promise<string | null> {
    const context = {
      parameters: createLiterals(sparkParts),
      column: () => {
        throw new TypeError("These expressions have no columns");
      },
    };
    const { text: sql } = renderScalar(sparkParts, expression, context);
    const [row] = await database.query(`select (${sql})::string as value`);
    const value = row?.value ?? null;
    return typeOf(expression) === "decimal" ? (value?.replace(/\.?0+$/, "") ?? null) : value;
  }

  test.each<[row: string, expression: Expression, spark: string | null, elsewhere: string | null]>([
    ["digits of decimals", decimal("0.12345678905"), "0.1234567891", "0.12345678905"],
    ["digits of decimals", decimal(large), null, large],
    ["quotients of decimals", of("/", decimal("2"), decimal("3")), "0.6666666667", "0.66666666666666666667"],
    ["quotients of decimals", of("/", decimal(large.slice(0, 22)), decimal("1")), null, large.slice(0, 22)],
    ["texts of decimals", cast(decimal("1.50"), "string"), "1.5", "1.50"],
    ["texts of objects", cast(json('{"bb": 1, "a": 2}'), "string"), '{"bb": 1, "a": 2}', '{"a": 2, "bb": 1}'],
    ["texts of objects", cast(json('["\\u000b"]'), "string"), '["\\u000B"]', '["\\u000b"]'],
    ["repeated keys", cast(at('{"a": 1, "a": 2}', "a"), "int32"), "1", "2"],
    ["signs of zeros", of("*", float("-1e-300"), float("1e-300")), "-0.0", "0"],
    ["signs of zeros", float("-0e0"), "-0.0", "0"],
    ["limits of floats", float("1.7976931348623158e308"), "1.7976931348623157E308", null],
    ["limits of floats", float("4e-324"), "4.9E-324", "0"],
    ["long exponents", json("1e-10000"), null, `0.${"0".repeat(9999)}1`],
    ["large JSON", json("9".repeat(1001)), null, "9".repeat(1001)],
    ["large JSON", json(deep), null, deep],
    ["long texts", cast(text(`${spaces}7`), "int32"), "7", null],
  ])("differ as the guide says: %s", async (_row, expression, spark, elsewhere) => {
    expect(await onSpark(expression)).toBe(spark);
    expect(inProcess(expression)).toBe(elsewhere);
  });

  test.each<[trap: string, expression: Expression]>([
    [
      "a sum that does not fit, compared with a constant",
      {
        kind: "comparison",
        operator: ">",
        left: of("+", integer(2147483647), integer(1)),
        right: integer(0),
      },
    ],
    ["the remainder of the smallest number and -1", of("%", integer(-2147483648), integer(-1))],
    ["a product of decimals from 10^18", of("*", decimal("12345678901234.5"), decimal("98765432.1"))],
    ["a float beyond int64", cast(float("9223372036854775807"), "int64")],
    ["a number in JSON beyond float64", cast(json("-1e400"), "string")],
    ["null as JSON", cast(json("null"), "string")],
    ["null in an array", at("[null]", 0)],
    ["the text of null in an array", cast(at("[null]", 0), "string")],
    ["the text null in an array", cast(at('["null"]', 0), "string")],
    ["an emoji in an array or object", cast(json('["😀", {"é😀": "\\ud83d\\ude00𝄞"}]'), "string")],
    ["a float that rounds beyond int32", cast(float("2147483647.5"), "int32")],
    ["all digits of a number in JSON", cast(at('{"a": 12345678901234567890.5}', "a"), "string")],
    ["a number with an exponent in JSON", cast(at('{"a": [1.50e+3]}', "a", 0), "string")],
    ["JSON with a comma before its end", json("[1,]")],
    ["JSON with NaN", json("[NaN]")],
    ["the text NaN", float("NaN")],
    ["digits with an underscore", float("1_0")],
    ["the year 0", cast(text("0000-01-01"), "date")],
    ["a time with an offset and without seconds", cast(text("2026-01-01 12:30 +01"), "timestamp")],
    ["letters that are not ASCII", { kind: "string_function", name: "lower", operands: [text("ÄİZ")] }],
    ["a tab at the end", { kind: "string_function", name: "trim", operands: [text(" a\t ")] }],
    [
      "a start that is null",
      { kind: "string_function", name: "substring", operands: [text("hello"), cast(text("x"), "int32"), integer(3)] },
    ],
    [
      "a length that is null",
      { kind: "string_function", name: "substring", operands: [text("hello"), integer(2), cast(text("x"), "int32")] },
    ],
    [
      "a start before the text",
      { kind: "string_function", name: "substring", operands: [text("hello"), integer(-1), integer(3)] },
    ],
  ])("are the language's: %s", async (_trap, expression) => {
    const actual = await onSpark(typeOf(expression) === "timestamp" ? cast(expression, "date") : expression);
    const expected = inProcess(typeOf(expression) === "timestamp" ? cast(expression, "date") : expression);
    expect(actual).toBe(expected);
  });
});
