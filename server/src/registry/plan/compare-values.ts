import { type Feature, type FeatureView, isNumeric } from "@featstore/definitions/compiler";
import type { ComparedEntity, ComparedSample } from "../../engine/index";

/** Mean and quantiles of a feature's numbers, nulls excluded. */
export interface NumberSummary {
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface ValueExample {
  /** By key name; `_tenant` only for scoped views. */
  readonly key: Readonly<Record<string, string>>;
  readonly before: unknown;
  readonly after: unknown;
}

/** The effect of a change on one feature, over the entities that both versions have. */
export interface FeatureComparison {
  readonly name: string;
  /** `added` and `removed` features have nothing to be compared with. */
  readonly state: "compared" | "added" | "removed";
  /** Entities whose value differs, and their share from 0 to 1. */
  readonly changed: number;
  readonly changedShare: number;
  /** Entities whose value becomes null, and entities whose null becomes a value. */
  readonly newNulls: number;
  readonly vanishedNulls: number;
  /** Null if the feature is not numeric in that version, or has no values. */
  readonly before: NumberSummary | null;
  readonly after: NumberSummary | null;
  /** Up to three changed entities. */
  readonly examples: readonly ValueExample[];
}

/** The effect of a change on a sample of entities. */
export interface ValueComparison {
  readonly comparedWith: number;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** Entities that both versions have. `appeared` and `vanished` count those that only one version has. */
  readonly entities: number;
  readonly appeared: number;
  readonly vanished: number;
  readonly features: readonly FeatureComparison[];
}

const EXAMPLES = 3;
/** Relative difference that a different summation order can cause. */
const TOLERANCE = 1e-12;

/** Compares the values of a sample that was computed with both versions of a view. */
export function compareValues(before: FeatureView, after: FeatureView, sample: ComparedSample): ValueComparison {
  const both = sample.entities.filter((entity) => entity.before !== null && entity.after !== null);
  const names = [...new Set([...before.features, ...after.features].map(({ name }) => name))].sort();
  return {
    comparedWith: before.version,
    asOf: sample.asOf,
    entities: both.length,
    appeared: sample.entities.filter((entity) => entity.before === null).length,
    vanished: sample.entities.filter((entity) => entity.after === null).length,
    features: names.map((name) => compareFeature(name, before, after, both)),
  };
}

interface Pair {
  readonly entity: ComparedEntity;
  readonly before: string;
  readonly after: string;
}

function compareFeature(
  name: string,
  before: FeatureView,
  after: FeatureView,
  entities: readonly ComparedEntity[],
): FeatureComparison {
  const [old, fresh] = [positionOf(before, name), positionOf(after, name)];
  const valuesOf = (side: "before" | "after", position: number): readonly string[] =>
    entities.map((entity) => entity[side]?.[position] ?? "null");
  const oldFeature = before.features[old];
  const newFeature = after.features[fresh];
  const none = { changed: 0, changedShare: 0, newNulls: 0, vanishedNulls: 0, examples: [] };
  const summaries = {
    before: oldFeature === undefined ? null : summarize(oldFeature, valuesOf("before", old)),
    after: newFeature === undefined ? null : summarize(newFeature, valuesOf("after", fresh)),
  };
  if (oldFeature === undefined) return { name, state: "added", ...none, ...summaries };
  if (newFeature === undefined) return { name, state: "removed", ...none, ...summaries };
  const pairs = entities.map(
    (entity): Pair => ({ entity, before: entity.before?.[old] ?? "null", after: entity.after?.[fresh] ?? "null" }),
  );
  const isSame = equalityOf(oldFeature, newFeature);
  const changed = pairs.filter((pair) => !isSame(pair.before, pair.after));
  return {
    name,
    state: "compared",
    changed: changed.length,
    changedShare: pairs.length === 0 ? 0 : changed.length / pairs.length,
    newNulls: changed.filter((pair) => pair.after === "null").length,
    vanishedNulls: changed.filter((pair) => pair.before === "null").length,
    ...summaries,
    examples: changed.slice(0, EXAMPLES).map((pair) => ({
      key: keyOf(after, pair.entity),
      before: JSON.parse(pair.before),
      after: JSON.parse(pair.after),
    })),
  };
}

function positionOf({ features }: FeatureView, name: string): number {
  return features.findIndex((feature) => feature.name === name);
}

function keyOf({ entity }: FeatureView, { key: [tenant = "", ...parts] }: ComparedEntity): Record<string, string> {
  const named = Object.fromEntries(entity.key.map(({ name }, index) => [name, parts[index] ?? ""]));
  return tenant === "" ? named : { _tenant: tenant, ...named };
}

/** Returns a comparison of JSON texts by value: int64 and decimal are numbers in quotes, so 1.50 equals 1.5. */
function equalityOf(before: Feature, after: Feature): (before: string, after: string) => boolean {
  if (!isNumeric(before.type) || !isNumeric(after.type)) return (left, right) => left === right;
  const isFloat = [before, after].some(({ type }) => type === "float32" || type === "float64");
  return (left, right) => {
    const [a, b] = [plainNumber(left), plainNumber(right)];
    if (a === null || b === null) return left === right;
    if (a === b) return true;
    const difference = Math.abs(Number(a) - Number(b));
    return isFloat && difference <= TOLERANCE * Math.max(Math.abs(Number(a)), Math.abs(Number(b)));
  };
}

function plainNumber(json: string): string | null {
  const [, digits] = /^"?(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)"?$/.exec(json) ?? [];
  if (digits === undefined) return null;
  return digits.includes(".") && !digits.includes("e") ? digits.replace(/\.?0+$/, "") : digits;
}

function summarize({ type }: Feature, values: readonly string[]): NumberSummary | null {
  if (!isNumeric(type)) return null;
  const numbers = values
    .filter((value) => value !== "null")
    .map((value) => Number(JSON.parse(value)))
    .sort((left, right) => left - right);
  if (numbers.length === 0) return null;
  const sum = numbers.reduce((total, value) => total + value, 0);
  // A sum of finite numbers can overflow.
  const mean = Number.isFinite(sum)
    ? sum / numbers.length
    : numbers.reduce((total, value) => total + value / numbers.length, 0);
  return { mean, p10: quantile(numbers, 0.1), p50: quantile(numbers, 0.5), p90: quantile(numbers, 0.9) };
}

/** Interpolates linearly between neighbouring values, like PostgreSQL's `percentile_cont`. */
function quantile(sorted: readonly number[], share: number): number {
  const rank = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)] ?? 0, sorted[Math.ceil(rank)] ?? 0];
  return low + (high - low) * (rank - Math.floor(rank));
}
