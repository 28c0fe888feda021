import { describe, expect, test } from "vitest";
import { createViewCounts, readViews } from "../../src/usage/usage-tracker";

const scores = readViews([
  { view: "scores", version: 1 },
  { view: "moods", version: 2 },
]);
const moods = readViews([{ view: "moods", version: 2 }]);

describe("counts of views", () => {
  test("add up the reads of each key and view version, and nothing for requests without a key", () => {
    const counts = createViewCounts();
    counts.record("a", scores, 3);
    counts.record("a", scores, 2);
    counts.record(null, scores, 9);
    counts.record("b", moods, 1);
    counts.record("a", moods, 4);
    expect(counts.take()).toEqual([
      { keyId: "a", view: "scores", version: 1, requests: 2, rows: 5 },
      { keyId: "a", view: "moods", version: 2, requests: 3, rows: 9 },
      { keyId: "b", view: "moods", version: 2, requests: 1, rows: 1 },
    ]);
  });

  test("begin anew once they are taken", () => {
    const counts = createViewCounts();
    counts.record("a", moods, 1);
    counts.take();
    expect(counts.take()).toEqual([]);
    counts.record("a", moods, 2);
    expect(counts.take()).toMatchObject([{ requests: 1, rows: 2 }]);
  });

  test("lose nothing with more lists than are counted on their own", () => {
    const counts = createViewCounts();
    for (let list = 0; list < 10_050; list++) counts.record("a", readViews([{ view: "moods", version: 2 }]), 1);
    expect(counts.take()).toEqual([{ keyId: "a", view: "moods", version: 2, requests: 10_050, rows: 10_050 }]);
  });
});
