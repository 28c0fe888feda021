import type { FeatureProfile } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultThresholds } from "../../../src/core/drift-thresholds";
import { featureDrift, jensenShannon, populationStability } from "../../../src/quality/drift/feature-drift";
import { bucketShares, kolmogorovSmirnov, shareUpTo } from "../../../src/quality/drift/quantiles";

/** The quantiles of these values as PostgreSQL's percentile_disc computes them, in hundredths. */
function quantilesOf(values: readonly number[]): readonly number[] {
  const sorted = [...values].sort((x, y) => x - y);
  return Array.from(
    { length: 101 },
    (_, index) => sorted[Math.max(0, Math.ceil((sorted.length * index) / 100) - 1)] ?? Number.NaN,
  );
}

const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -10, max: 10, noNaN: true }),
);
const quantiles = fc.array(number, { minLength: 1, maxLength: 300 }).map(quantilesOf);
const weights = (length: number) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1, noNaN: true })), {
      minLength: length,
      maxLength: length,
    })
    .filter((all) => all.some((weight) => weight > 0))
    .map((all) => {
      const sum = all.reduce((total, weight) => total + weight, 0);
      return all.map((weight) => weight / sum);
    });
const twoShares = fc.integer({ min: 1, max: 12 }).chain((length) => fc.tuple(weights(length), weights(length)));

describe("divergences", () => {
  test("are 0 for equal shares", () => {
    fc.assert(
      fc.property(twoShares, ([shares]) => {
        expect(populationStability(shares, shares)).toBe(0);
        expect(jensenShannon(shares, shares)).toBeCloseTo(0, 12);
      }),
    );
  });

  test("are symmetric and within their range", () => {
    fc.assert(
      fc.property(twoShares, ([left, right]) => {
        expect(populationStability(left, right)).toBeCloseTo(populationStability(right, left), 10);
        expect(populationStability(left, right)).toBeGreaterThanOrEqual(0);
        expect(populationStability(left, right)).toBeLessThan(Number.POSITIVE_INFINITY);
        expect(jensenShannon(left, right)).toBeCloseTo(jensenShannon(right, left), 12);
        expect(jensenShannon(left, right)).toBeGreaterThanOrEqual(0);
        expect(jensenShannon(left, right)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("match known values", () => {
    expect(populationStability([0.5, 0.5], [0.6, 0.4])).toBeCloseTo(0.1 * Math.log(1.2) - 0.1 * Math.log(0.8), 12);
    expect(jensenShannon([1, 0], [0, 1])).toBe(1);
    expect(jensenShannon([0.5, 0.5], [1, 0])).toBeCloseTo(0.311278, 6);
    expect(() => jensenShannon([1], [0.5, 0.5])).toThrow(RangeError);
  });
});

describe("quantiles", () => {
  test("have distance 0 when equal, otherwise a symmetric distance from 0 to 1", () => {
    fc.assert(
      fc.property(quantiles, quantiles, (left, right) => {
        expect(kolmogorovSmirnov(left, left)).toBe(0);
        expect(kolmogorovSmirnov(left, right)).toBe(kolmogorovSmirnov(right, left));
        expect(kolmogorovSmirnov(left, right)).toBeGreaterThanOrEqual(0);
        expect(kolmogorovSmirnov(left, right)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("give bucket shares that add up to 1, and equal shares for equal quantiles", () => {
    fc.assert(
      fc.property(quantiles, quantiles, (left, right) => {
        const [expected, actual] = bucketShares(left, right);
        for (const shares of [expected, actual]) {
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
          expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
        }
        expect(populationStability(...bucketShares(left, left))).toBe(0);
      }),
    );
  });

  test("give a share that never decreases and is exact to a hundredth", () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 300 }), number, number, (values, one, other) => {
        const grid = quantilesOf(values);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const upTo = (value: number, includes = true) => shareUpTo(grid, { value, includes });
        expect(upTo(low)).toBeLessThanOrEqual(upTo(high));
        expect(upTo(low, false)).toBeLessThanOrEqual(upTo(low));
        const exact = values.filter((value) => value <= low).length / values.length;
        // With fewer than a hundred values, each value occurs at several steps.
        expect(Math.abs(upTo(low) - exact)).toBeLessThanOrEqual(0.01 + 1 / values.length);
      }),
    );
  });

  test("reach all thresholds together when a normal distribution shifts", () => {
    const normal = (mean: number) =>
      quantilesOf(Array.from({ length: 10_000 }, (_, index) => mean + inverseNormal((index + 0.5) / 10_000)));
    const measured = (shift: number) => {
      const [before, after] = [normal(0), normal(shift)];
      const shares = bucketShares(before, after);
      return [
        populationStability(...shares) / 0.2,
        jensenShannon(...shares) / 0.035,
        kolmogorovSmirnov(before, after) / 0.18,
      ];
    };
    for (const ratio of measured(0.35)) expect(ratio).toBeLessThan(1);
    for (const ratio of measured(0.5)) expect(ratio).toBeGreaterThan(1);
  });

  test("show values that leave a frequent value on either side", () => {
    const constant = quantilesOf([5]);
    for (const moved of [4, 6]) {
      expect(populationStability(...bucketShares(constant, quantilesOf([moved])))).toBeGreaterThan(1);
      expect(kolmogorovSmirnov(constant, quantilesOf([moved]))).toBe(1);
    }
  });
});

describe("drift of a feature", () => {
  const empty: FeatureProfile = {
    nulls: 0,
    distinct: null,
    minimum: null,
    maximum: null,
    numbers: null,
    top: null,
    norms: null,
  };
  const numeric = (values: readonly number[], nulls = 0) => ({
    rows: values.length + nulls,
    profile: { ...empty, nulls, numbers: { mean: 0, deviation: 0, quantiles: quantilesOf(values) } },
  });
  const counted = (rows: Readonly<Record<string, number>>, distinct = Object.keys(rows).length, others = 0) => ({
    rows: Object.values(rows).reduce((sum, each) => sum + each, others),
    profile: { ...empty, distinct, top: Object.entries(rows).map(([value, count]) => ({ value, rows: count })) },
  });
  const compare = (before: { rows: number; profile: FeatureProfile }, after: typeof before) =>
    featureDrift("x", before, after, defaultThresholds);

  test("is 0 between equal generations", () => {
    const same = numeric(Array.from({ length: 200 }, (_, index) => index));
    expect(compare(same, same)).toEqual({
      feature: "x",
      populationStability: 0,
      jensenShannon: 0,
      kolmogorovSmirnov: 0,
      nullShift: 0,
      judged: true,
      exceeded: [],
    });
  });

  test("reports shifts of numbers and of nulls", () => {
    const values = Array.from({ length: 200 }, (_, index) => index);
    const drift = compare(
      numeric(values),
      numeric(
        values.map((value) => value + 100),
        50,
      ),
    );
    expect(drift.nullShift).toBeCloseTo(0.2);
    expect(drift.kolmogorovSmirnov).toBeCloseTo(0.5, 1);
    expect(drift.exceeded).toEqual(["populationStability", "jensenShannon", "kolmogorovSmirnov", "nullShift"]);
  });

  test("is not judged with few values", () => {
    const drift = compare(numeric([1, 2, 3]), numeric([7, 8, 9]));
    expect(drift).toMatchObject({ kolmogorovSmirnov: 1, judged: false, exceeded: [] });
  });

  test("compares counted values: a new value, and one among too many distinct values to know", () => {
    const before = counted({ a: 100, b: 100 });
    expect(compare(before, counted({ a: 100, b: 100, c: 100 })).exceeded).toContain("populationStability");
    // With fifty distinct values, each profile lists two and they share one: "b" may be among the unlisted values.
    const many = compare(counted({ a: 60, b: 20 }, 50, 120), counted({ a: 60, c: 21 }, 50, 119));
    expect(many).toMatchObject({ populationStability: 0, kolmogorovSmirnov: null, exceeded: [] });
  });

  test("reports that all values became null", () => {
    const drift = compare(numeric(Array.from({ length: 200 }, (_, index) => index)), {
      rows: 200,
      profile: { ...empty, nulls: 200, numbers: { mean: null, deviation: null, quantiles: null } },
    });
    expect(drift).toMatchObject({ populationStability: null, nullShift: 1, judged: true, exceeded: ["nullShift"] });
  });
});

/** Computes by bisection, which is slow and needs no constants. */
function inverseNormal(share: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}

function normalShare(value: number): number {
  // Φ(x) = ½ + φ(x) (x + x³/3 + x⁵/15 + …)
  let [term, sum] = [value, value];
  for (let index = 3; Math.abs(term) > 1e-16; index += 2) {
    term *= (value * value) / index;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-value * value) / 2)) / Math.sqrt(2 * Math.PI);
}
