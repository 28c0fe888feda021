import fc from "fast-check";
import { expect, test } from "vitest";
import { diffLines } from "../../src/core/line-diff";

test("marks unchanged, removed and added lines", () => {
  expect(diffLines("a\nb\nc", "a\nx\nc")).toEqual([
    { kind: "same", text: "a" },
    { kind: "removed", text: "b" },
    { kind: "added", text: "x" },
    { kind: "same", text: "c" },
  ]);
});

test("both texts can be restored from a comparison", () => {
  const texts = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const lines = diffLines(before, after);
      const read = (without: string) => lines.filter(({ kind }) => kind !== without).map(({ text }) => text);
      expect([read("added").join("\n"), read("removed").join("\n")]).toEqual([before, after]);
    }),
  );
});
