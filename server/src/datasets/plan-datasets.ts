import {
  currentRelations,
  type Dataset,
  type Definitions,
  documentHash,
  relationsOf,
  resolveDataset,
} from "@featstore/definitions/compiler";
import type { Engine } from "../engine/index";
import type { DatasetDefinitions } from "./definition-store";

/** The effect of applying definitions on a dataset. A dataset that the definitions lack stays as it is. */
export interface DatasetPlan {
  readonly name: string;
  /** `kept`: it differs from the applied one, but these definitions may only add datasets. */
  readonly state: "new" | "changed" | "unchanged" | "kept";
  /** As it would be stored: each table with its schema. */
  readonly dataset: Dataset;
}

interface PlanDependencies {
  readonly definitions: Pick<DatasetDefinitions, "datasets">;
  /** Null: names of tables stay as they are written. */
  readonly catalog: Pick<Engine, "describe"> | null;
}

interface ApplyDependencies extends PlanDependencies {
  readonly definitions: Pick<DatasetDefinitions, "datasets" | "apply">;
}

interface DatasetOptions {
  /** True for definitions that are older than the registry: theirs must not replace applied ones. Default false. */
  readonly addsOnly?: boolean;
}

/** Compares the datasets of definitions, which `check` accepts, with the applied ones. */
export async function planDatasets(
  { definitions, catalog }: PlanDependencies,
  { datasets = [] }: Pick<Definitions, "datasets">,
  { addsOnly = false }: DatasetOptions = {},
): Promise<readonly DatasetPlan[]> {
  if (datasets.length === 0) return [];
  const relations = relationsOf({ featureViews: [], featureServices: [], datasets });
  const described = relations.length === 0 ? null : ((await catalog?.describe(relations)) ?? null);
  const applied = new Map(
    (await definitions.datasets()).map(({ definition }) => [definition.name, documentHash(definition)]),
  );
  return datasets.map((written): DatasetPlan => {
    const dataset = resolveDataset(written, currentRelations(described));
    const before = applied.get(dataset.name);
    if (before === undefined) return { name: dataset.name, state: "new", dataset };
    const differs = addsOnly ? "kept" : "changed";
    return { name: dataset.name, state: before === documentHash(dataset) ? "unchanged" : differs, dataset };
  });
}

/** Returns whether applying the plan writes the dataset. */
export function isWritten({ state }: Pick<DatasetPlan, "state">): boolean {
  return state === "new" || state === "changed";
}

/** Plans and writes the datasets of definitions, once the registry accepted the definitions, and returns the plan. */
export async function applyDatasets(
  dependencies: ApplyDependencies,
  definitions: Pick<Definitions, "datasets">,
  appliedBy: string,
  options: DatasetOptions = {},
): Promise<readonly DatasetPlan[]> {
  const planned = await planDatasets(dependencies, definitions, options);
  const changed = planned.filter(isWritten).map(({ dataset }) => dataset);
  if (changed.length > 0) await dependencies.definitions.apply(changed, appliedBy);
  return planned;
}
