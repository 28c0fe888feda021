/** The share of an empty bucket, since 0 has no logarithm: a tenth of the resolution of quantiles in hundredths. */
const EMPTY = 0.001;

/**
 * The population stability index Σ (a − e) ln(a / e) over buckets with expected shares e and actual shares a
 * (N. Siddiqi, Credit Risk Scorecards, 2006, ch. 9; B. Yurdakul, Statistical Properties of the Population Stability
 * Index, 2018). 0 for equal shares, never less; symmetric; above 0.1 some shift, above 0.2 a large one.
 *
 * @example populationStability([0.5, 0.5], [0.6, 0.4]); // 0.0405
 */
export function populationStability(expected: readonly number[], actual: readonly number[]): number {
  return pairs(expected, actual).reduce((sum, [share, other]) => {
    const [e, a] = [Math.max(share, EMPTY), Math.max(other, EMPTY)];
    return sum + (a - e) * Math.log(a / e);
  }, 0);
}

/**
 * The Jensen–Shannon divergence in bits: the mean of the Kullback–Leibler divergences of both shares from their mean
 * (J. Lin, Divergence measures based on the Shannon entropy, IEEE Transactions on Information Theory 37, 1991). 0 for
 * equal shares, 1 for shares without a common bucket; symmetric.
 *
 * @example jensenShannon([1, 0], [0, 1]); // 1
 */
export function jensenShannon(left: readonly number[], right: readonly number[]): number {
  const divergence = pairs(left, right).reduce((sum, [p, q]) => {
    const mean = (p + q) / 2;
    return sum + (p > 0 ? p * Math.log2(p / mean) : 0) / 2 + (q > 0 ? q * Math.log2(q / mean) : 0) / 2;
  }, 0);
  return Math.min(1, Math.max(0, divergence)); // rounding may leave the bounds
}

function pairs(left: readonly number[], right: readonly number[]): readonly (readonly [number, number])[] {
  if (left.length !== right.length) throw new RangeError(`${left.length} shares beside ${right.length}`);
  return left.map((share, index) => [share, right[index] ?? 0]);
}
