import type { CheckOptions, Definitions, FeatureView } from "@featstore/definitions/compiler";
import { cronTimes } from "../core/index";
import type { Engine } from "../engine/index";
import { type Plan, plan } from "./plan/plan";
import type { PlanningStore } from "./plan/planning-store";
import type { RegistryStore, RegistryWriter } from "./registry-store";

export interface ApplyDependencies {
  readonly registry: Pick<RegistryStore, "snapshot"> & Pick<RegistryWriter, "apply">;
  /** Null: sources are not compared with the database. */
  readonly catalog: Pick<Engine, "describe"> | null;
  /** As in `plan`. */
  readonly planning?: PlanningStore;
}

export interface ApplyOptions extends CheckOptions {
  /** The actor for the history: `ada@laptop`. */
  readonly appliedBy: string;
  readonly message?: string;
  /** False stages the change: new versions of existing names do not take over until they are promoted. Default true. */
  readonly promote?: boolean;
  /**
   * The revision that the reviewed plan was made from; the apply fails if it has changed. Default: the current
   * registry.
   */
  readonly revision?: number;
}

export interface ApplyReport {
  /** The plan that was applied, or the reasons why nothing was: its outcome, diagnostics and refused views. */
  readonly plan: Plan;
  /** The registry's new revision; null when nothing was written. */
  readonly revision: number | null;
}

/**
 * Plans and applies definitions, all or nothing.
 *
 * @throws FeatstoreError `schedule_invalid` for a schedule that the scheduler cannot read
 * @throws RegistryError `registry_moved` if someone else applied after the plan was made; it names who changed what
 */
export async function apply(
  { registry, catalog, planning }: ApplyDependencies,
  definitions: Definitions,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const { strict = false, engines } = options;
  const dependencies = { registry, catalog, ...(planning === undefined ? {} : { planning }) };
  const planned = await plan(dependencies, definitions, { strict, ...(engines === undefined ? {} : { engines }) });
  if (planned.change === null) return { plan: planned, revision: null };
  assertSchedules(planned.change.featureViews.map(({ view }) => view));
  const { appliedBy, message = null, promote = true, revision = planned.revision } = options;
  const change = { ...planned.change, revision, promote, actor: appliedBy, message };
  return { plan: planned, revision: await registry.apply(change) };
}

/**
 * Parses every schedule as the scheduler does.
 *
 * @throws FeatstoreError `schedule_invalid`
 */
function assertSchedules(views: readonly FeatureView[]): void {
  for (const { schedule, reconcile } of views) {
    for (const each of [schedule, reconcile]) {
      if (each !== undefined) cronTimes(each);
    }
  }
}
