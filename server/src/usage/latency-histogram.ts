/** Upper bounds of the buckets, milliseconds; the last bucket is above all of them. Never changed: stored counts refer to them. */
const BOUNDS = [
  0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 35, 50, 75, 100, 150, 200, 350, 500, 1000, 2000,
  5000, 10_000, 30_000,
] as const;

export const LATENCY_BUCKETS = BOUNDS.length + 1;

/** Returns the bucket of a duration. */
export function latencyBucket(milliseconds: number): number {
  let bucket = 0;
  while (bucket < BOUNDS.length && milliseconds > (BOUNDS[bucket] ?? 0)) bucket++;
  return bucket;
}

/** Quantiles in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Estimates quantiles from counts per bucket, which may end early; null without counts. */
export function latencyOf(counts: readonly number[]): Latency | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  return {
    p50: quantile(counts, total * 0.5),
    p95: quantile(counts, total * 0.95),
    p99: quantile(counts, total * 0.99),
  };
}

/** Interpolates within the bucket that contains the rank; the last bucket counts as its lower bound. */
function quantile(counts: readonly number[], rank: number): number {
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && before + count >= rank) {
      const low = BOUNDS[bucket - 1] ?? 0;
      const high = BOUNDS[bucket] ?? low;
      return Number((low + ((high - low) * (rank - before)) / count).toPrecision(3));
    }
    before += count;
  }
  return BOUNDS[BOUNDS.length - 1] ?? 0;
}
