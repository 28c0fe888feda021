/** Returns the smallest value that is not below a share of all, from 0 to 1. Errors: there are no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new Error("nothing was measured");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
