import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, nearestName } from "../../src/compiler";

const known = ["complexity_score", "confidence", "sentiment"];

test.each([
  ["a missing letter", "complexity_scor", "complexity_score"],
  ["swapped neighbours", "conifdence", "confidence"],
  ["another case", "SENTIMENT", "sentiment"],
  ["a part of one name", "Score", "complexity_score"],
  ["nothing near", "lyrics", null],
  ["a part of two names", "com", null],
  ["a long text", "x".repeat(10_000), null],
])("finds the intended name: %s", (_, name, nearest) => {
  expect(nearestName(name, [...known, "company_headquarters"])).toBe(nearest);
});

test("finds nothing among no names", () => {
  expect(nearestName("x", [])).toBeNull();
});

test("reads names that can be read only once", () => {
  expect(nearestName("score", new Set(known).values())).toBe("complexity_score");
});

test("swapped neighbours are one edit", () => {
  expect(editDistance("ab", "ba")).toBe(1);
});

test("the edit distance is symmetric and at most the longer length", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
