import type { FeatureProfile } from "@featstore/definitions/compiler";
import { type Measure, measures, type Thresholds } from "../../core/index";
import { bucketShares, kolmogorovSmirnov } from "./quantiles";

/** The share of an empty bucket, since 0 has no logarithm: a tenth of the resolution of quantiles in hundredths. */
const EMPTY = 0.001;

/** The drift of a feature's values between two generations. A measure is null if the type does not have it. */
export interface FeatureDrift {
  readonly feature: string;
  readonly populationStability: number | null;
  readonly jensenShannon: number | null;
  /** For numbers, times and array lengths. */
  readonly kolmogorovSmirnov: number | null;
  /** The current share of nulls minus the baseline's. */
  readonly nullShift: number;
  /** False if there are too few values to tell drift from chance; no threshold is exceeded then. */
  readonly judged: boolean;
  readonly exceeded: readonly Measure[];
}

/** With fewer values in ten buckets, samples of one distribution often differ by a stability index of 0.2. */
const MIN_VALUES = 100;

interface Side {
  readonly rows: number;
  readonly profile: FeatureProfile;
}

/** Compares one feature of two generations. */
export function featureDrift(feature: string, baseline: Side, current: Side, thresholds: Thresholds): FeatureDrift {
  const [before, after] = [baseline.profile, current.profile];
  const quantiles = [before.numbers?.quantiles ?? null, after.numbers?.quantiles ?? null] as const;
  const shares = categoryShares(baseline, current) ?? (both(quantiles) ? bucketShares(...quantiles) : null);
  const measured = {
    populationStability: shares && populationStability(...shares),
    jensenShannon: shares && jensenShannon(...shares),
    kolmogorovSmirnov: both(quantiles) ? kolmogorovSmirnov(...quantiles) : null,
    nullShift: nullFraction(current) - nullFraction(baseline),
  };
  const judged = [baseline, current].every(({ rows }) => rows >= MIN_VALUES);
  const hasValues = [baseline, current].every((side) => valuesOf(side) >= MIN_VALUES);
  const exceeded = measures.filter(
    (measure) => judged && (hasValues || measure === "nullShift") && isExceeded(measured[measure], thresholds[measure]),
  );
  return { feature, ...measured, judged, exceeded };
}

function valuesOf({ rows, profile }: Side): number {
  return rows - profile.nulls;
}

function nullFraction({ rows, profile }: Side): number {
  return rows === 0 ? 0 : profile.nulls / rows;
}

function both<Value>(pair: readonly [Value | null, Value | null]): pair is readonly [Value, Value] {
  return pair[0] !== null && pair[1] !== null;
}

/**
 * Returns the shares of each value whose row count is known on both sides, and of all other values together. Null if
 * values are not counted, and for numbers with so many values that quantiles are more precise.
 */
function categoryShares(baseline: Side, current: Side): readonly [readonly number[], readonly number[]] | null {
  const sides = [baseline, current].map((side) => {
    const { top, distinct, numbers } = side.profile;
    const isWhole = top !== null && top.length === distinct;
    if (top === null || valuesOf(side) === 0 || (numbers !== null && !isWhole)) return null;
    return { values: valuesOf(side), rows: new Map(top.map(({ value, rows }) => [value, rows])), isWhole };
  });
  const [before, after] = sides;
  if (!before || !after) return null;
  const known = [...new Set([...before.rows.keys(), ...after.rows.keys()])].filter((value) =>
    [before, after].every(({ rows, isWhole }) => isWhole || rows.has(value)),
  );
  const sharesOf = ({ values, rows }: { values: number; rows: ReadonlyMap<string, number> }): readonly number[] => {
    const shares = known.map((value) => (rows.get(value) ?? 0) / values);
    return [...shares, Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0))];
  };
  return [sharesOf(before), sharesOf(after)];
}

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

function isExceeded(value: number | null, threshold: number): boolean {
  return value !== null && Math.abs(value) >= threshold;
}
