import { avg, count, entity, featureView, float64, int64, latest, source, string, sum } from "@featstore/definitions";
import { describe, expect, test } from "vitest";
import { isSameValue } from "../../src/point-in-time/same-value";

const plays = source({
  name: "plays",
  table: "plays",
  key: { song: int64() },
  eventTime: "at",
  history: "events",
  columns: { seconds: float64(), whole: int64(), title: string() },
});
const { features } = featureView({
  name: "listening",
  version: 1,
  entity: entity({ name: "song", key: { song: int64() } }),
  from: plays,
  features: (p) => ({
    last: latest(p.seconds),
    mean: avg(p.seconds),
    plays: count(),
    title: latest(p.title),
    total: sum(p.seconds),
    whole_mean: avg(p.whole),
  }),
}).ir;
const feature = (name: string) => {
  const feature = features.find((each) => each.name === name);
  if (feature === undefined) throw new Error(name);
  return feature;
};

describe("equality of values", () => {
  test.for([
    ["last", "0.30000000000000004", "0.3", 0, false],
    ["last", "1e2", "100", 0, true],
    ["mean", "0.30000000000000004", "0.3", 0, true],
    ["mean", "0.3000001", "0.3", 0, false],
    // When large numbers cancel out, the rounding error remains.
    ["total", "1e-7", "0", 0, false],
    ["total", "1e-7", "0", 1e6, true],
    ["total", "1e-5", "0", 1e6, false],
    ["total", "null", "0", 1e6, false],
    // Whole numbers add up exactly.
    ["whole_mean", "0.30000000000000004", "0.3", 1, false],
    ["plays", "3", "4", 1e20, false],
    ["title", '"\\u00e9"', '"é"', 0, true],
    ["title", '"e"', '"é"', 0, false],
  ] as const)("%s: %s and %s over %d: %s", ([name, left, right, magnitude, same]) => {
    expect(isSameValue(feature(name), left, right, magnitude)).toBe(same);
    expect(isSameValue(feature(name), right, left, magnitude)).toBe(same);
  });
});
