import { describe, expect, test } from "vitest";
import { compileEvaluator } from "../../src/evaluate/compile-evaluator";
import { jsonNull, type PortableValue } from "../../src/evaluate/values";
import type { Expression } from "../../src/ir/expressions";
import type { ValueType } from "../../src/ir/types";

const column = (name: string, type: ValueType): Expression => ({ kind: "column", name, type, nullable: true });

/** The value of an expression for a value of its only column `x`. */
const at = (expression: Expression, x: PortableValue): PortableValue =>
  compileEvaluator(expression)(new Map([["x", x]]));

describe("inputs", () => {
  test("treats an absent input as null", () => {
    expect(compileEvaluator(column("x", "string"))(new Map())).toBe(null);
  });

  test("accepts any column name", () => {
    expect(compileEvaluator(column("__proto__", "int32"))(new Map())).toBe(null);
    expect(compileEvaluator(column("__proto__", "int32"))(new Map([["__proto__", 1n]]))).toBe(1n);
  });

  test.each<[ValueType, PortableValue]>([
    ["bool", 1n],
    ["int32", 1],
    ["int32", 2147483648n],
    ["int64", "1"],
    ["int64", 9223372036854775808n],
    ["float32", 0.1],
    ["float64", Number.NaN],
    ["float64", Number.POSITIVE_INFINITY],
    ["float64", 1n],
    ["decimal", "1.5"],
    ["string", 1n],
    ["timestamp", "2026-01-01T00:00:00Z"],
    ["date", "1.1.2026"],
    ["json", 1],
    ["string[]", [1]],
    ["float64[]", ["1"]],
    ["vector(2)", "[1,2]"],
  ])("rejects an input that is not of type %s: %s", (type, value) => {
    expect(() => at(column("x", type), value)).toThrow(type);
  });

  test("accepts vectors", () => {
    const either: Expression = { kind: "coalesce", operands: [column("x", "vector(2)")] };
    expect(at(either, [1, 2])).toEqual([1, 2]);
  });
});

test("rejects an expression that is not portable, with the reason", () => {
  const hour: Expression = { kind: "date_part", part: "hour", operand: column("x", "timestamp"), zone: "Asia/Tokyo" };
  expect(() => compileEvaluator({ kind: "null_test", operand: hour, negated: false })).toThrow(/date_part .*time zone/);
});

test("rejects an expression that the checks reject", () => {
  const left = column("x", "json");
  expect(() => compileEvaluator({ kind: "comparison", operator: "=", left, right: left })).toThrow("json");
  expect(() => compileEvaluator({ kind: "cast", operand: left, to: "vector(2)", strict: false })).toThrow("vector(2)");
  expect(() => compileEvaluator({ kind: "coalesce", operands: [column("x", "int32"), column("y", "string")] })).toThrow(
    /int32.* string/,
  );
});

describe("JSON outside the laws", () => {
  const parsed: Expression = { kind: "cast", operand: column("x", "string"), to: "json", strict: false };
  const printed: Expression = { kind: "cast", operand: parsed, to: "string", strict: false };

  test("distinguishes JSON null from an absent value", () => {
    expect(at(parsed, "null")).toBe(jsonNull);
    expect(at(printed, "null")).toBe(null);
  });

  test("rejects a number with more digits than PostgreSQL stores", () => {
    expect(at(printed, "1e131071")).toBe(`1${"0".repeat(131_071)}`);
    expect(at(parsed, "1e131072")).toBe(null);
    expect(at(parsed, "1e-16384")).toBe(null);
    expect(at(printed, "0e200000")).toBe("0");
    expect(at(parsed, "1e999999999999")).toBe(null);
  });

  test("accepts deep and long documents and rejects those nested too deep", () => {
    const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    expect(at(printed, nested(1000))).toBe(nested(1000));
    expect(at(parsed, nested(100_000))).toBe(null);
    expect(at(printed, `"${"\\u00e9\\n".repeat(500_000)}"`)).toHaveLength(1_000_000);
  });

  test("treats names of JavaScript object members as ordinary keys", () => {
    const got: Expression = { kind: "json_get", operand: parsed, path: ["constructor"] };
    expect(at(got, "{}")).toBe(null);
    expect(at(printed, '{"__proto__": 1}')).toBe('{"__proto__": 1}');
  });
});

describe("decimals outside the laws", () => {
  const x = column("x", "decimal");
  const large = { units: 10n ** 70_000n, scale: 0 };

  test("returns null for a product with too many digits", () => {
    expect(at({ kind: "arithmetic", operator: "*", left: x, right: x }, large)).toBe(null);
  });

  test("keeps as many decimal places in a product as PostgreSQL does", () => {
    const square: Expression = { kind: "arithmetic", operator: "*", left: x, right: x };
    expect(at(square, { units: 10n ** 10_000n, scale: 10_000 })).toEqual({ units: 10n ** 16_383n, scale: 16_383 });
  });
});
