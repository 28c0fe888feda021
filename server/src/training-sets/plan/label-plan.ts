import { plainSources } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import type { Engine, PlannedJoin, SourceState } from "../../engine/index";
import type { HeldTrainingSet } from "../training-set-types";
import type { PlannedLabel, TrainingPlan } from "./plan-types";
import { sourceIdentity } from "./training-plan";

/** The labels of one horizon, compiled over the spine at that later time. */
export interface PlannedHorizon {
  readonly seconds: number;
  readonly labels: readonly PlannedLabel[];
  /** The join whose features are these labels. */
  readonly join: PlannedJoin;
}

export interface LabelCompiler {
  readonly engine: Pick<Engine, "planJoin">;
  /** Maximum pairs of source and spine rows that a join may examine. */
  readonly maxJoinedRows: number;
}

/** A job whose spine is loaded. */
export interface LabelledJob {
  readonly held: HeldTrainingSet;
  readonly plan: TrainingPlan;
  readonly spine: { readonly rows: number };
}

/** Compiles the labels of each horizon as features of a later spine. Errors: those of `Engine.planJoin`. */
export async function compileLabels(
  { engine, maxJoinedRows }: LabelCompiler,
  { held, plan, spine }: LabelledJob,
  options: CallOptions,
): Promise<readonly PlannedHorizon[]> {
  const horizons: PlannedHorizon[] = [];
  for (const seconds of new Set(plan.labels.map(({ horizonSeconds }) => horizonSeconds))) {
    const labels = plan.labels.filter(({ horizonSeconds }) => horizonSeconds === seconds);
    const spineAt = { id: held.id, rows: spine.rows, secondsLater: seconds };
    const later = { features: labels, needed: [], computed: [], inputs: [] };
    const join = await engine.planJoin(spineAt, later, maxJoinedRows, options);
    horizons.push({ seconds, labels, join });
  }
  return horizons;
}

/**
 * Returns the time until which each label can be known, in microseconds since 1970 UTC: the earlier of now and the last
 * fact of its source. Null if the source has no fact.
 */
export function knownUntil(
  { labels, sources }: TrainingPlan,
  states: readonly SourceState[],
  now: bigint,
): readonly (bigint | null)[] {
  return labels.map(({ registered: { view } }) => {
    // Facts are the rows of the first source; the others extend it.
    const own = plainSources(view.source).slice(0, 1).map(sourceIdentity);
    const index = sources.findIndex((source) => own.includes(sourceIdentity(source)));
    const latest = states[index]?.latest;
    if (latest === null || latest === undefined) return null;
    return BigInt(latest) < now ? BigInt(latest) : now;
  });
}
