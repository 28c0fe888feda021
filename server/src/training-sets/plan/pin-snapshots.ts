import { relationName, resolveRelations } from "@featstore/definitions/compiler";
import type { SourceState } from "../../engine/index";
import type { RegisteredView } from "../../registry/index";
import type { PlannedFeature, PlannedLabel, TrainingPlan } from "./plan-types";

/** The snapshots of a plan's Iceberg tables, by the names of the tables. */
export type Snapshots = ReadonlyMap<string, string>;

/** Returns the snapshots that the states of a plan's sources name. */
export function snapshotsOf({ sources }: TrainingPlan, states: readonly Pick<SourceState, "snapshot">[]): Snapshots {
  const named = sources.flatMap(({ relation }, index) => {
    const snapshot = states[index]?.snapshot;
    return typeof snapshot === "string" ? [[relationName(relation), snapshot] as const] : [];
  });
  return new Map(named);
}

/** Returns a plan that reads its Iceberg tables at these snapshots, however often it reads them. */
export function withSnapshots(plan: TrainingPlan, snapshots: Snapshots): TrainingPlan {
  if (snapshots.size === 0) return plan;
  const relation = <Relation extends TrainingPlan["sources"][number]["relation"]>(each: Relation): Relation => {
    const snapshot = snapshots.get(relationName(each));
    return each.kind === "iceberg" && snapshot !== undefined ? { ...each, snapshot } : each;
  };
  // Views are compared by identity.
  const known = new Map<RegisteredView, RegisteredView>();
  const view = (registered: RegisteredView): RegisteredView => {
    const pinned = known.get(registered) ?? { ...registered, view: resolveRelations(registered.view, relation) };
    known.set(registered, pinned);
    return pinned;
  };
  const feature = (planned: PlannedFeature): PlannedFeature => ({
    ...planned,
    registered: view(planned.registered),
    ...(planned.through === undefined ? {} : { through: feature(planned.through) }),
  });
  return {
    ...plan,
    features: plan.features.map(feature),
    needed: plan.needed.map(feature),
    labels: plan.labels.map((label): PlannedLabel => ({ ...label, ...feature(label) })),
    views: plan.views.map(view),
    sources: plan.sources.map((source) => ({ ...source, relation: relation(source.relation) })),
  };
}
