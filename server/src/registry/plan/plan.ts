import {
  type CheckOptions,
  currentRelations,
  type Definitions,
  type Diagnostic,
  diagnostic,
  hasErrors,
} from "@featstore/definitions/compiler";
import type { Engine } from "../../engine/index";
import type { ReadStore } from "../../usage/index";
import { checkAndDescribe, viewResolver } from "../check";
import type { DefinitionKind, HistoryChange, RegistryChange, RegistrySnapshot } from "../registry";
import type { RegistryStore } from "../registry-store";
import { renameViews } from "../rename-views";
import { addsOnly } from "./adds-only";
import { appliedSources } from "./applied-sources";
import { planEffects } from "./plan-effects";
import { planService, type ServicePlan } from "./plan-service";
import { planView, type ViewPlan } from "./plan-view";
import type { PlanningStore } from "./planning-store";

export interface PlanDependencies {
  readonly registry: Pick<RegistryStore, "snapshot">;
  /** Null: sources are not compared with the database. */
  readonly catalog: Pick<Engine, "describe"> | null;
  /** Estimates the cost of building, and checks that PostgreSQL accepts the SQL. Absent: neither is done. */
  readonly planning?: PlanningStore;
  /** Tells which keys read which views. Absent: the plan does not report readers. */
  readonly reads?: Pick<ReadStore, "readers">;
}

export interface PlanOptions extends CheckOptions {
  /** The number of entities whose values are compared, at least 1; needs `planning`. */
  readonly compare?: number;
}

export interface AbsentView {
  readonly name: string;
  readonly versions: readonly number[];
}

/** The effects of applying definitions. */
export interface Plan {
  /** The registry revision from which it was made. */
  readonly revision: number;
  readonly diagnostics: readonly Diagnostic[];
  /** True if the definitions are older than the registry (`definitions_stale`): they can only add new names. */
  readonly isStale: boolean;
  /** Empty if the diagnostics contain errors: such definitions do not compile. */
  readonly views: readonly ViewPlan[];
  readonly services: readonly ServicePlan[];
  /** Views in the registry that the definitions lack, with their active versions. They stay served. */
  readonly absent: readonly AbsentView[];
  /** `refused`: there are errors, or a version would change its meaning, so nothing can be applied. */
  readonly outcome: "changes" | "nothing" | "refused";
  /** The change that `apply` would write; null unless the outcome is `changes`. */
  readonly change: Omit<RegistryChange, "actor" | "message" | "promote"> | null;
}

/** Compares definitions with the registry and with the database that they read. Changes nothing. */
export async function plan(
  { registry, catalog, planning, reads }: PlanDependencies,
  definitions: Definitions,
  options: PlanOptions = {},
): Promise<Plan> {
  const registered = await registry.snapshot();
  const { revision } = registered;
  const { diagnostics, described } = await checkAndDescribe({ catalog, snapshot: registered }, definitions, options);
  const isStale = diagnostics.some(saysStale);
  if (hasErrors(diagnostics)) {
    return { revision, diagnostics, isStale, views: [], services: [], absent: [], outcome: "refused", change: null };
  }
  const { snapshot, renames } = renameViews(registered, definitions.featureViews);

  const resolve = viewResolver(snapshot, described);
  const planned = definitions.featureViews.map((written) => {
    const view = { written, resolved: resolve(written), now: currentRelations(described) };
    const renamedFrom = renames.find(({ to }) => to === written.name)?.from ?? null;
    return planView(view, snapshot, definitions, { renamedFrom, engines: options.engines });
  });
  const refusedViews = new Set(
    planned.flatMap(({ plan: { name, version, state } }) => (state === "refused" ? [`${name}@${version}`] : [])),
  );
  const plannedServices = definitions.featureServices.map((service) => planService(service, snapshot, refusedViews));
  const readers = (await reads?.readers()) ?? null;
  const views: ViewPlan[] = [];
  for (const [index, { plan: viewPlan }] of planned.entries()) {
    const view = definitions.featureViews[index];
    const effects =
      planning && view ? await planEffects(planning, snapshot, resolve(view), viewPlan, options.compare) : {};
    // Recorded under the name in the registry.
    const name = viewPlan.renamedFrom ?? viewPlan.name;
    const keys = readers === null ? null : readers.filter((reader) => reader.view === name);
    views.push({ ...viewPlan, ...effects, keys });
  }
  const services = plannedServices.map((item) => item.plan);
  const featureViews = planned.flatMap((item) => item.change ?? []);
  const featureServices = plannedServices.flatMap((item) => item.change ?? []);
  const absent = absentViews(snapshot, definitions);
  const isWritten = featureViews.length + featureServices.length > 0;
  const entities = [...new Map(featureViews.map(({ view: { entity } }) => [entity.name, entity])).values()];
  const written = { renames, entities, featureViews, featureServices };
  // If one file is stale, others may be stale without a visible sign.
  if (isWritten && isStale && !addsOnly(written, registered)) {
    const judged = diagnostics.map((each): Diagnostic => (saysStale(each) ? { ...each, severity: "error" } : each));
    return { revision, diagnostics: judged, isStale, views, services, absent, outcome: "refused", change: null };
  }
  const refusals = views.flatMap(statementRefusals);
  if (refusals.length > 0) {
    const judged = [...diagnostics, ...refusals];
    return { revision, diagnostics: judged, isStale, views, services, absent, outcome: "refused", change: null };
  }
  const isRefused = [...views, ...services].some(({ state }) => state === "refused");
  const outcome = isRefused ? "refused" : isWritten ? "changes" : "nothing";
  if (outcome !== "changes") return { revision, diagnostics, isStale, views, services, absent, outcome, change: null };

  const read = definitions.featureViews.map((view) => appliedSources(view, described));
  const viewChanges = views.map((planned, index): HistoryChange => {
    const sources = read[index] ?? [];
    return { ...changeOf("feature_view")(planned), ...(sources.length === 0 ? {} : { sources }) };
  });
  const changes = [...viewChanges, ...services.map(changeOf("feature_service"))].filter(
    ({ state }) => state !== "unchanged",
  );
  const change = { revision, changes, ...written };
  return { revision, diagnostics, isStale, views, services, absent, outcome, change };
}

const saysStale = ({ code }: Diagnostic): boolean => code === "definitions_stale";

/** SQL that cannot be planned cannot run either. Reports it now instead of in the first run. */
function statementRefusals({ name, version, effort }: ViewPlan): readonly Diagnostic[] {
  if (effort?.planned.state !== "refused") return [];
  const at = { definition: `${name}@${version}`, path: "features", strict: false };
  return [diagnostic("statement_refused", { engine: effort.engine, reason: effort.planned.reason }, at)];
}

function absentViews({ featureViews }: RegistrySnapshot, definitions: Definitions): readonly AbsentView[] {
  const defined = new Set(definitions.featureViews.map(({ name }) => name));
  return [...featureViews].flatMap(([name, { versions }]) => {
    const active = [...versions].filter(([, { state }]) => state === "active").map(([version]) => version);
    return defined.has(name) || active.length === 0 ? [] : [{ name, versions: active }];
  });
}

function changeOf(definition: DefinitionKind): (planned: ViewPlan | ServicePlan) => HistoryChange {
  return (planned) => ({
    definition,
    name: planned.name,
    version: planned.version,
    state: planned.state,
    ...("evolution" in planned ? { class: planned.evolution?.class ?? null, before: planned.comparedWith } : {}),
    ...("renamedFrom" in planned && planned.renamedFrom !== null ? { renamedFrom: planned.renamedFrom } : {}),
  });
}
