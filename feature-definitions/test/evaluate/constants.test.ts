import { describe, expect, test } from "vitest";
import { checkDefinitions } from "../../src/check/validate";
import { compileEvaluator } from "../../src/evaluate/compile-evaluator";
import type { LiteralExpression } from "../../src/ir/expressions";
import { viewOf } from "./support/compiled-values";

function isAccepted(literal: LiteralExpression): boolean {
  const view = viewOf([literal], [], "of rows");
  return !checkDefinitions({ featureViews: [view], featureServices: [] }).some(
    ({ code }) => code === "literal_invalid",
  );
}

const good = [
  ["bool", false, false],
  ["int32", -2147483648, -2147483648n],
  ["int64", "9223372036854775807", 9223372036854775807n],
  ["float32", 0.10000000149011612, 0.10000000149011612],
  ["float64", -0, 0],
  ["float64", 5e-324, 5e-324],
  ["float64", Number.MAX_VALUE, Number.MAX_VALUE],
  ["decimal", "-0.50", { units: -50n, scale: 2 }],
  ["decimal", `${"9".repeat(1000)}.${"9".repeat(1000)}`, { units: 10n ** 2000n - 1n, scale: 1000 }],
  ["string", "😀", "😀"],
  ["timestamp", "1970-01-01T01:00:00.5+01:00", 500_000n],
  ["timestamp", "0001-01-01T00:00:00-15:59", -62_135_539_260_000_000n],
  ["date", "9999-12-31", "9999-12-31"],
  ["json", null, null],
] as const;

const bad = [
  ["float32", 0.1],
  ["float32", 1e39],
  ["float32", 1e-60],
  ["string", "a\0"],
  ["string", "\ud83d"],
  ["timestamp", "2026-01-01T24:00:00Z"],
  ["timestamp", "2026-01-01T00:00:00+16:00"],
  ["timestamp", "0000-01-01T00:00:00Z"],
  ["timestamp", "2026-02-29T00:00:00Z"],
  ["date", "0000-01-01"],
] as const;

describe("constants", () => {
  test.each(good)("evaluates the %s %j", (type, value, expected) => {
    const literal: LiteralExpression = { kind: "literal", type, value };
    expect(isAccepted(literal)).toBe(true);
    expect(compileEvaluator(literal)(new Map())).toEqual(expected);
  });

  test.each(bad)("rejects the %s %j, which no database could store", (type, value) => {
    expect(isAccepted({ kind: "literal", type, value })).toBe(false);
  });

  test("rejects a constant that the checks reject", () => {
    expect(() => compileEvaluator({ kind: "literal", type: "date", value: "2026-02-30" })).toThrow(/2026-02-30 .*date/);
  });
});
