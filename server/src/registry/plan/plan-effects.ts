import { canonicalJson, engineOf, type FeatureView } from "@featstore/definitions/compiler";
import { refusalOf } from "../../engine/index";
import type { RegisteredView, RegistrySnapshot } from "../registry";
import { compareValues } from "./compare-values";
import type { PlannedEffort, PlannedValues, ViewPlan } from "./plan-view";
import type { PlanningStore } from "./planning-store";

/**
 * Asks the database about a planned view. `compare`: the number of entities for which to compute both the promoted
 * version, with its stored SQL, and the definition; undefined: none.
 */
export async function planEffects(
  planning: PlanningStore,
  snapshot: RegistrySnapshot,
  view: FeatureView,
  plan: ViewPlan,
  compare: number | undefined,
): Promise<Pick<ViewPlan, "effort" | "values">> {
  const versions = snapshot.featureViews.get(view.name);
  const promoted = versions?.versions.get(versions.promoted);
  const isNew = plan.state === "new" || plan.state === "new_version" || plan.state === "refused";
  const isBuilt = isNew || plan.storedSql === "replaced";
  const isCompared = (isBuilt || plan.state === "compiler") && compare !== undefined && promoted !== undefined;
  return {
    effort: isBuilt ? await effortOf(planning, view, promoted) : null,
    values: isCompared ? await valuesOf(planning, promoted, view, compare) : null,
  };
}

async function effortOf(
  planning: PlanningStore,
  view: FeatureView,
  promoted: RegisteredView | undefined,
): Promise<PlannedEffort> {
  const engine = engineOf(view.source);
  const planned = await planning.estimate(view);
  const served = promoted?.served ?? null;
  if (promoted === undefined || served === null) return { engine, planned, like: null };
  const bytes = await planning.tableBytes(served.table);
  return { engine, planned, like: { version: promoted.view.version, rows: served.rows, bytes } };
}

async function valuesOf(
  planning: PlanningStore,
  promoted: RegisteredView,
  view: FeatureView,
  size: number,
): Promise<PlannedValues> {
  const { view: old, served } = promoted;
  if (canonicalJson(old.entity.key) !== canonicalJson(view.entity.key)) {
    return { state: "not_comparable", reason: `the key is not that of version ${old.version}` };
  }
  const [before, after] = [engineOf(old.source), engineOf(view.source)];
  if (before !== after)
    return {
      state: "not_comparable",
      reason: `the engine "${before}" computes version ${old.version}, not "${after}"`,
    };
  try {
    const sample = await planning.compare(promoted, view, { size, known: served?.rows ?? null });
    return { state: "compared", comparison: compareValues(old, view, sample) };
  } catch (error) {
    const reason = refusalOf(error);
    if (reason === null) throw error;
    return { state: "failed", reason };
  }
}
