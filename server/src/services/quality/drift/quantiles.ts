/** Values in ascending order at equal steps of a distribution, the smallest first and the largest last: `NumberProfile.quantiles`. */
export type Quantiles = readonly number[];

/** A place on the number line at which values are divided: those up to `value`, or those below it. */
interface Cut {
  readonly value: number;
  readonly includes: boolean;
}

/**
 * The share of values up to `value`, straight between quantiles; where many are the same value, a step there.
 * `includes: false`: of those below it. Exact to one step of the quantiles.
 */
export function shareUpTo(quantiles: Quantiles, { value, includes }: Cut): number {
  const steps = quantiles.length - 1;
  const next = firstIndex(quantiles, (quantile) => (includes ? quantile > value : quantile >= value));
  if (next === 0) return 0;
  return next > steps ? 1 : (next - 1 + part(quantiles, next, value)) / steps;
}

/**
 * The Kolmogorov–Smirnov statistic, the greatest distance between two distribution functions (N. Smirnov, Table for
 * estimating the goodness of fit of empirical distributions, Annals of Mathematical Statistics 19, 1948), of what
 * quantiles tell of them: exact to one step. From 0 for equal ones to 1 for those that do not overlap; symmetric.
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
 * The shares of both distributions in buckets that the first divides into tenths. A value so frequent that it stands at
 * several steps has a bucket of its own, so that what moves to either side of it is seen.
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

/** How far `value` lies from the quantile before `next` to that one, 0 to 1. */
function part(quantiles: Quantiles, next: number, value: number): number {
  const [before = 0, after = 0] = [quantiles[next - 1], quantiles[next]];
  const span = after - before;
  // The difference of two floats may be infinite, that of their halves is not.
  return Number.isFinite(span) ? (value - before) / span : (value / 2 - before / 2) / (after / 2 - before / 2);
}
