import { canonicalJson } from "../ir/canonical";
import type { Dataset } from "../ir/dataset";
import type { Definitions } from "../ir/definitions";
import type { Entity, FeatureView, Source } from "../ir/nodes";
import { distinct } from "./catalog";
import { checkFilter } from "./check-expression";
import { checkName, repeated } from "./check-names";
import { checkKeyCovers, checkSource } from "./check-source";
import type { Engines, Report } from "./report";

type ReportOf = (definition: string) => Report;

export function idOf({ name, version }: { readonly name: string; readonly version: number }): string {
  return `${name}@${version}`;
}

function checkEntity(report: Report, entity: Entity): void {
  checkName(report, "entity.name", entity.name);
  if (entity.key.length === 0) report("entity_without_key", "entity.key", {});
  for (const { name } of entity.key) checkName(report, `entity.key.${name}`, name);
  for (const name of repeated(entity.key.map((key) => key.name))) {
    report("column_duplicate", `entity.key.${name}`, { name });
  }
  if (entity.population === null) {
    report("entity_without_population", "entity.from", { name: entity.name });
    return;
  }
  checkKeyCovers(report, "entity.from", entity.population, entity);
  checkFilter(report, "entity.from.where", entity.population, entity.population.filter);
}

/** The source and the parts that it extends. */
function withParts(source: Source): readonly Source[] {
  const { relation } = source;
  return relation.kind === "extended"
    ? [source, ...withParts(relation.base), ...withParts(relation.extension)]
    : [source];
}

/** Views and datasets share entities and sources: each is checked once, under its own name. */
export function checkShared(
  reportOf: ReportOf,
  views: readonly FeatureView[],
  datasets: readonly Dataset[],
  engines: Engines | undefined,
): void {
  for (const entity of distinct(views.map((view) => view.entity))) checkEntity(reportOf(entity.name), entity);
  const populations = views.map((view) => view.entity.population).filter((source) => source !== null);
  const published = datasets.flatMap(({ rows }) => (rows.kind === "source" ? [rows.source] : []));
  const sources = [...views.map((view) => view.source), ...populations, ...published];
  const unfiltered = sources.flatMap(withParts).map((source): Source => ({ ...source, filter: null }));
  for (const source of distinct(unfiltered)) checkSource(reportOf(source.name), source, engines);

  const firstUse = new Map<string, FeatureView>();
  for (const view of views) {
    const first = firstUse.get(view.entity.name);
    if (!first) firstUse.set(view.entity.name, view);
    else if (canonicalJson(first.entity) !== canonicalJson(view.entity)) {
      reportOf(idOf(view))("entity_defined_twice", "entity", { name: view.entity.name, other: idOf(first) });
    }
  }
}

/** Checks that an embedding space has one metric and one number of dimensions across all views. */
export function checkSpaces(reportOf: ReportOf, views: readonly FeatureView[]): void {
  const first = new Map<string, { readonly path: string; readonly metric: string; readonly type: string }>();
  for (const view of views) {
    for (const { name: featureName, embedding, type } of view.features) {
      if (embedding === null) continue;
      const { space: name, metric } = embedding;
      const known = first.get(name);
      if (!known) {
        first.set(name, { path: `${idOf(view)}.${featureName}`, metric, type });
        continue;
      }
      const report = reportOf(idOf(view));
      const path = `features.${featureName}`;
      if (known.metric !== metric) report("space_metrics_mixed", path, { name, metric, other: known.path });
      if (known.type !== type) report("space_dimensions_mixed", path, { name, type, other: known.path });
    }
  }
}

export function checkDuplicates(
  reportOf: ReportOf,
  { featureViews, featureServices, datasets = [] }: Definitions,
): void {
  for (const definitions of [featureViews, featureServices]) {
    for (const name of repeated(definitions.map(idOf))) reportOf(name)("definition_duplicate", "name", { name });
  }
  for (const name of repeated(datasets.map((dataset) => dataset.name)))
    reportOf(name)("definition_duplicate", "name", { name });
}
