import fc from "fast-check";
import { expect, test } from "vitest";
import { LATENCY_BUCKETS, latencyBucket, latencyOf } from "../../src/usage/latency-histogram";

test("quantiles are within the bucket of the exact quantile", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 29_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (times) => {
        const counts: number[] = new Array(LATENCY_BUCKETS).fill(0);
        for (const time of times) counts[latencyBucket(time)] = (counts[latencyBucket(time)] ?? 0) + 1;
        const sorted = [...times].sort((left, right) => left - right);
        const latency = latencyOf(counts);
        for (const [name, share] of [
          ["p50", 0.5],
          ["p95", 0.95],
          ["p99", 0.99],
        ] as const) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
          // Rounding to three digits may cross a bound.
          const estimate = latency?.[name] ?? 0;
          const buckets = [latencyBucket(estimate * 0.99), latencyBucket(estimate * 1.01)];
          expect(buckets[0]).toBeLessThanOrEqual(latencyBucket(exact));
          expect(buckets[1]).toBeGreaterThanOrEqual(latencyBucket(exact));
        }
      },
    ),
  );
});

test("there are no quantiles without counts, and counts may end early", () => {
  expect(latencyOf([])).toBeNull();
  expect(latencyOf([0, 0])).toBeNull();
  expect(latencyOf([0, 100])?.p50).toBe(0.075);
});
