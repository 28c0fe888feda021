import type { FeatureProfile } from "@featstore/definitions/compiler";
import { isExceeded, type Measure, measures, type Thresholds } from "../../core/index";
import { jensenShannon, populationStability } from "./divergence";
import { bucketShares, kolmogorovSmirnov } from "./quantiles";

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
