/** Values at equal steps of a distribution, from smallest to largest: `NumberProfile.quantiles`. */
export type Quantiles = readonly number[];

/** A cut of the number line: values up to `value`, or values below it. */
interface Cut {
  readonly value: number;
  readonly includes: boolean;
}

/**
 * Returns the share of values up to `value` (below it with `includes: false`): linear between quantiles, with a step at a
 * frequent value. Exact to one step of the quantiles.
 */
export function shareUpTo(quantiles: Quantiles, { value, includes }: Cut): number {
  const steps = quantiles.length - 1;
  const next = firstIndex(quantiles, (quantile) => (includes ? quantile > value : quantile >= value));
  if (next === 0) return 0;
  return next > steps ? 1 : (next - 1 + part(quantiles, next, value)) / steps;
}

/**
 * Computes the Kolmogorov–Smirnov statistic, the greatest distance between two distribution functions (N. Smirnov, Table
 * for estimating the goodness of fit of empirical distributions, Annals of Mathematical Statistics 19, 1948), from
 * quantiles: exact to one step. 0 for equal distributions, 1 for disjoint ones; symmetric.
 */
export function kolmogorovSmirnov(left: Quantiles, right: Quantiles): number {
  const distances = [...left, ...right].flatMap((value) =>
    [true, false].map((includes) =>
      Math.abs(shareUpTo(left, { value, includes }) - shareUpTo(right, { value, includes })),
    ),
  );
  return Math.max(0, ...distances);
}

/**
 * Returns the shares of both distributions in the tenths of the first. A value that is frequent enough to span several
 * steps has its own bucket, so that moves to either side of it are visible.
 */
export function bucketShares(baseline: Quantiles, current: Quantiles): readonly [readonly number[], readonly number[]] {
  const steps = baseline.length - 1;
  const tenths = Array.from({ length: 9 }, (_, index) => baseline[Math.round((steps * (index + 1)) / 10)] ?? 0);
  const cuts = [...new Set(tenths)].flatMap((value): readonly Cut[] =>
    baseline.indexOf(value) === baseline.lastIndexOf(value)
      ? [{ value, includes: true }]
      : [
          { value, includes: false },
          { value, includes: true },
        ],
  );
  return [sharesBetween(baseline, cuts), sharesBetween(current, cuts)];
}

function sharesBetween(quantiles: Quantiles, cuts: readonly Cut[]): readonly number[] {
  const ends = [...cuts.map((cut) => shareUpTo(quantiles, cut)), 1];
  return ends.map((end, index) => Math.max(0, end - (ends[index - 1] ?? 0)));
}

function firstIndex(quantiles: Quantiles, found: (quantile: number) => boolean): number {
  const index = quantiles.findIndex(found);
  return index === -1 ? quantiles.length : index;
}

/** The position of `value` between the quantile before `next` and that one, 0 to 1. */
function part(quantiles: Quantiles, next: number, value: number): number {
  const [before = 0, after = 0] = [quantiles[next - 1], quantiles[next]];
  const span = after - before;
  // The difference of two floats may overflow; that of their halves does not.
  return Number.isFinite(span) ? (value - before) / span : (value / 2 - before / 2) / (after / 2 - before / 2);
}
