import { type CheckOptions, type Definitions, type Diagnostic, hasErrors } from "@featstore/definitions";
import type { CatalogStore } from "../stores/catalog-store";
import type { RegistryChange, RegistryStore } from "../stores/registry";
import { check } from "./check";
import { planService, type ServicePlan } from "./plan-service";
import { planView, type ViewPlan } from "./plan-view";

export interface PlanDependencies {
  readonly registry: Pick<RegistryStore, "snapshot">;
  /** Null: sources are not compared with the database. */
  readonly catalog: CatalogStore | null;
}

/** What applying definitions would do. */
export interface Plan {
  /** The registry's revision from which it was made. */
  readonly revision: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Empty where the diagnostics have errors: such definitions do not compile. */
  readonly views: readonly ViewPlan[];
  readonly services: readonly ServicePlan[];
  /** `refused`: errors, or a version that would change its meaning; then nothing of it can be applied. */
  readonly outcome: "changes" | "nothing" | "refused";
  /** What `apply` would write; null unless the outcome is `changes`. */
  readonly change: Omit<RegistryChange, "appliedBy" | "message"> | null;
}

/** Compares definitions with what is applied, and with the database they read. Changes nothing. */
export async function plan(
  { registry, catalog }: PlanDependencies,
  definitions: Definitions,
  options: CheckOptions = {},
): Promise<Plan> {
  const snapshot = await registry.snapshot();
  const { revision } = snapshot;
  const diagnostics = await check({ catalog, snapshot }, definitions, options);
  if (hasErrors(diagnostics)) {
    return { revision, diagnostics, views: [], services: [], outcome: "refused", change: null };
  }

  const planned = definitions.featureViews.map((view) => planView(view, snapshot, definitions));
  const plannedServices = definitions.featureServices.map((service) => planService(service, snapshot));
  const views = planned.map((item) => item.plan);
  const services = plannedServices.map((item) => item.plan);
  const featureViews = planned.flatMap((item) => item.change ?? []);
  const featureServices = plannedServices.flatMap((item) => item.change ?? []);
  const isRefused = [...views, ...services].some(({ state }) => state === "refused");
  const outcome = isRefused ? "refused" : featureViews.length + featureServices.length > 0 ? "changes" : "nothing";
  if (outcome !== "changes") return { revision, diagnostics, views, services, outcome, change: null };

  const entities = new Map(featureViews.map(({ view: { entity } }) => [entity.name, entity]));
  const changes = [...views, ...services]
    .filter(({ state }) => state !== "unchanged")
    .map(({ name, version, state }) => `${name}@${version}: ${state}`);
  const change = { revision, changes, entities: [...entities.values()], featureViews, featureServices };
  return { revision, diagnostics, views, services, outcome, change };
}
