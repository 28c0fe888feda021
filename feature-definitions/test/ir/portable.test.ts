import { expect, test } from "vitest";
import type { Expression } from "../../src/ir/expressions";
import { isPortable, unportablePart } from "../../src/ir/portable";

const seen: Expression = { kind: "column", name: "seen", type: "timestamp", nullable: true };
const day: Expression = { kind: "column", name: "day", type: "date", nullable: true };
const sql: Expression = { kind: "sql", texts: ["random()"], operands: [], type: "float64", nullable: false };
const hourIn = (zone: string): Expression => ({ kind: "date_part", part: "hour", operand: seen, zone });
const isNull = (operand: Expression): Expression => ({ kind: "null_test", operand, negated: false });

test("finds an expression that only PostgreSQL can run anywhere in the tree", () => {
  const expression: Expression = { kind: "logic", operator: "and", operands: [isNull(seen), isNull(sql)] };
  expect(isPortable(expression)).toBe(false);
  expect(unportablePart(expression)).toEqual({ expression: sql, reason: expect.stringContaining("PostgreSQL") });
});

test("an aggregate is not portable", () => {
  const count: Expression = {
    kind: "aggregate",
    name: "count",
    operand: null,
    where: null,
    overSeconds: null,
    ignoreNulls: false,
  };
  expect(unportablePart(isNull(count))?.expression).toBe(count);
});

test("a part of a time is portable only in UTC, a part of a date in any zone", () => {
  expect(isPortable(hourIn("UTC"))).toBe(true);
  expect(unportablePart(hourIn("Europe/Berlin"))?.reason).toContain("time zone");
  expect(isPortable({ kind: "date_part", part: "year", operand: day, zone: "Europe/Berlin" })).toBe(true);
});
