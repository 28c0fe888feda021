import type { CheckOptions, Definitions } from "@featstore/definitions";
import type { CatalogStore } from "../stores/catalog-store";
import type { PlanningStore } from "../stores/planning-store";
import type { RegistryStore, RegistryWriter } from "../stores/registry";
import { type Plan, plan } from "./plan";
import { assertSchedules } from "./schedule/assert-schedules";

export interface ApplyDependencies {
  readonly registry: Pick<RegistryStore, "snapshot"> & Pick<RegistryWriter, "apply">;
  /** Null: sources are not compared with the database. */
  readonly catalog: CatalogStore | null;
  /** As of a plan. */
  readonly planning?: PlanningStore;
}

export interface ApplyOptions extends CheckOptions {
  /** Who applies, for the history: `ada@laptop`. */
  readonly appliedBy: string;
  readonly message?: string;
  /** False stages: new versions of known names do not take over until they are promoted. Default true. */
  readonly promote?: boolean;
  /** The revision of the plan that was looked at: refused where somebody applied since. Default: the registry as it is. */
  readonly revision?: number;
}

export interface ApplyReport {
  /** The plan that was carried out, or why nothing was: its outcome, its diagnostics and its refused views. */
  readonly plan: Plan;
  /** The registry's new revision; null when nothing was written. */
  readonly revision: number | null;
}

/**
 * Plans and applies definitions, all or nothing.
 *
 * @throws FeatstoreError `schedule_invalid` for a schedule that the scheduler could not read
 * @throws RegistryError `registry_moved` when someone else applied between the plan and this, with who changed what
 */
export async function apply(
  { registry, catalog, planning }: ApplyDependencies,
  definitions: Definitions,
  options: ApplyOptions,
): Promise<ApplyReport> {
  const { strict = false } = options;
  const dependencies = { registry, catalog, ...(planning === undefined ? {} : { planning }) };
  const planned = await plan(dependencies, definitions, { strict });
  if (planned.change === null) return { plan: planned, revision: null };
  assertSchedules(planned.change.featureViews.map(({ view }) => view));
  const { appliedBy, message = null, promote = true, revision = planned.revision } = options;
  const change = { ...planned.change, revision, promote, actor: appliedBy, message };
  return { plan: planned, revision: await registry.apply(change) };
}
