import {
  currentRelations,
  type Dataset,
  type Definitions,
  documentHash,
  relationsOf,
  resolveDataset,
} from "@featstore/definitions/compiler";
import type { SourceCatalogStore } from "../registry/index";
import type { DatasetDefinitions } from "./definition-store";

/** The effect of applying definitions on a dataset. A dataset that the definitions lack stays as it is. */
export interface DatasetPlan {
  readonly name: string;
  readonly state: "new" | "changed" | "unchanged";
  /** As it would be stored: each table with its schema. */
  readonly dataset: Dataset;
}

interface PlanDependencies {
  readonly definitions: Pick<DatasetDefinitions, "datasets">;
  /** Null: names of tables stay as they are written. */
  readonly catalog: Pick<SourceCatalogStore, "describe"> | null;
}

interface ApplyDependencies extends PlanDependencies {
  readonly definitions: Pick<DatasetDefinitions, "datasets" | "apply">;
}

/** Compares the datasets of definitions, which `check` accepts, with the applied ones. */
export async function planDatasets(
  { definitions, catalog }: PlanDependencies,
  { datasets = [] }: Pick<Definitions, "datasets">,
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
    const state = before === undefined ? "new" : before === documentHash(dataset) ? "unchanged" : "changed";
    return { name: dataset.name, state, dataset };
  });
}

/** Plans and writes the datasets of definitions, once the registry accepted the definitions, and returns the plan. */
export async function applyDatasets(
  dependencies: ApplyDependencies,
  definitions: Pick<Definitions, "datasets">,
  appliedBy: string,
): Promise<readonly DatasetPlan[]> {
  const planned = await planDatasets(dependencies, definitions);
  const changed = planned.filter(({ state }) => state !== "unchanged").map(({ dataset }) => dataset);
  if (changed.length > 0) await dependencies.definitions.apply(changed, appliedBy);
  return planned;
}
