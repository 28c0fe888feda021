import { type CheckOptions, type Definitions, type Diagnostic, hasErrors } from "@featstore/definitions";
import type { CatalogStore } from "../stores/catalog-store";
import type { PlanningStore } from "../stores/planning-store";
import type { DefinitionKind, HistoryChange, RegistryChange, RegistryStore } from "../stores/registry";
import { check } from "./check";
import { planEffects } from "./plan-effects";
import { planService, type ServicePlan } from "./plan-service";
import { planView, type ViewPlan } from "./plan-view";

export interface PlanDependencies {
  readonly registry: Pick<RegistryStore, "snapshot">;
  /** Null: sources are not compared with the database. */
  readonly catalog: CatalogStore | null;
  /** Tells cost and size of what would be built; absent: nothing is told of them. */
  readonly planning?: PlanningStore;
}

export interface PlanOptions extends CheckOptions {
  /** Compare the values of so many entities, 1 or more; needs `planning`. */
  readonly compare?: number;
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
  readonly change: Omit<RegistryChange, "actor" | "message" | "promote"> | null;
}

/** Compares definitions with what is applied, and with the database they read. Changes nothing. */
export async function plan(
  { registry, catalog, planning }: PlanDependencies,
  definitions: Definitions,
  options: PlanOptions = {},
): Promise<Plan> {
  const snapshot = await registry.snapshot();
  const { revision } = snapshot;
  const diagnostics = await check({ catalog, snapshot }, definitions, options);
  if (hasErrors(diagnostics)) {
    return { revision, diagnostics, views: [], services: [], outcome: "refused", change: null };
  }

  const planned = definitions.featureViews.map((view) => planView(view, snapshot, definitions));
  const plannedServices = definitions.featureServices.map((service) => planService(service, snapshot));
  const views: ViewPlan[] = [];
  for (const [index, { plan: viewPlan }] of planned.entries()) {
    const view = definitions.featureViews[index];
    const effects = planning && view ? await planEffects(planning, snapshot, view, viewPlan, options.compare) : {};
    views.push({ ...viewPlan, ...effects });
  }
  const services = plannedServices.map((item) => item.plan);
  const featureViews = planned.flatMap((item) => item.change ?? []);
  const featureServices = plannedServices.flatMap((item) => item.change ?? []);
  const isRefused = [...views, ...services].some(({ state }) => state === "refused");
  const outcome = isRefused ? "refused" : featureViews.length + featureServices.length > 0 ? "changes" : "nothing";
  if (outcome !== "changes") return { revision, diagnostics, views, services, outcome, change: null };

  const entities = new Map(featureViews.map(({ view: { entity } }) => [entity.name, entity]));
  const changes = [...views.map(changeOf("feature_view")), ...services.map(changeOf("feature_service"))].filter(
    ({ state }) => state !== "unchanged",
  );
  const change = { revision, changes, entities: [...entities.values()], featureViews, featureServices };
  return { revision, diagnostics, views, services, outcome, change };
}

function changeOf(definition: DefinitionKind): (planned: ViewPlan | ServicePlan) => HistoryChange {
  return (planned) => ({
    definition,
    name: planned.name,
    version: planned.version,
    state: planned.state,
    ...("evolution" in planned ? { class: planned.evolution?.class ?? null, before: planned.comparedWith } : {}),
  });
}
