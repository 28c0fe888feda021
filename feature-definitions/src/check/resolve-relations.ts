import { canonicalJson } from "../ir/canonical";
import type { Dataset } from "../ir/dataset";
import type { FeatureView, Relation, Source } from "../ir/nodes";
import { type Catalog, type PlainRelation, relationName, sourcesOf } from "./catalog";
import { idOf } from "./check-across";
import type { Diagnostic } from "./diagnostics";
import { type CheckOptions, createCollector } from "./report";

/** Resolves a relation: a table with its schema, a query with the search path that its names need. */
export type ResolveRelation = (relation: PlainRelation) => PlainRelation;

/**
 * Resolves names to the tables that they refer to now. A relation that the catalog does not describe stays as it is.
 */
export function currentRelations(catalog: Catalog | null): ResolveRelation {
  return (relation) => {
    const identity = canonicalJson(relation);
    const found = catalog?.relations.find((described) => canonicalJson(described.relation) === identity);
    if (found?.state !== "found") return relation;
    if (relation.kind === "files" || relation.kind === "iceberg") return relation;
    if (relation.kind === "table") return { ...relation, schema: relation.schema ?? found.schema ?? null };
    return found.searchPath === undefined ? relation : { ...relation, searchPath: found.searchPath };
  };
}

/**
 * Resolves names to the tables that they referred to when the version was applied. `otherwise` resolves a relation that
 * the version does not have.
 */
export function appliedRelations(
  written: FeatureView,
  applied: FeatureView,
  otherwise: ResolveRelation,
): ResolveRelation {
  const own = relationsIn(written).map(canonicalJson);
  const known = relationsIn(applied);
  return (relation) => {
    // A name that the definition also writes with its schema is another table.
    const candidates = known.filter(
      (each) => isNamedAlike(relation, each) && (isWritten(relation, each) || !own.includes(canonicalJson(each))),
    );
    return candidates.find((each) => isWritten(relation, each)) ?? candidates[0] ?? otherwise(relation);
  };
}

/**
 * Resolves names for a comparison with an earlier version: a relation that is unchanged in that version stays as
 * written.
 */
export function comparableRelations(earlier: FeatureView, otherwise: ResolveRelation): ResolveRelation {
  const known = relationsIn(earlier).map(canonicalJson);
  return (relation) => (known.includes(canonicalJson(relation)) ? relation : otherwise(relation));
}

/** Replaces the view's relations with their resolutions. */
export function resolveRelations(view: FeatureView, resolve: ResolveRelation): FeatureView {
  const { entity, source } = view;
  const population = entity.population && resolvedSource(entity.population, resolve);
  return { ...view, entity: { ...entity, population }, source: resolvedSource(source, resolve) };
}

/** Replaces a dataset's relations with their resolutions. */
export function resolveDataset(dataset: Dataset, resolve: ResolveRelation): Dataset {
  const { rows } = dataset;
  return rows.kind === "source"
    ? { ...dataset, rows: { ...rows, source: resolvedSource(rows.source, resolve) } }
    : dataset;
}

/**
 * Warns about names that now refer to another table than in the applied version, and about queries that may now read
 * other tables.
 */
export function checkResolution(
  featureViews: readonly FeatureView[],
  applied: readonly FeatureView[],
  catalog: Catalog,
  options: CheckOptions = {},
): Diagnostic[] {
  const { diagnostics, reportOf } = createCollector(options);
  for (const view of featureViews) {
    const same = applied.find(({ name, version }) => name === view.name && version === view.version);
    if (same === undefined) continue;
    const resolveApplied = appliedRelations(view, same, (relation) => relation);
    const resolveNow = currentRelations(catalog);
    for (const relation of relationsIn(view)) {
      const [then, now] = [resolveApplied(relation), resolveNow(relation)];
      if (isWritten(relation, then) || canonicalJson(then) === canonicalJson(now)) continue;
      const report = reportOf(idOf(view));
      const names = {
        name: relationName(relation),
        version: idOf(view),
        applied: meaningText(then),
        now: meaningText(now),
      };
      if (relation.kind === "table") report("source_resolves_elsewhere", "source.table", names);
      else report("search_path_changed", "source.query", names);
    }
  }
  return [...diagnostics];
}

function relationsIn(view: FeatureView): readonly PlainRelation[] {
  return sourcesOf({ featureViews: [view], featureServices: [] }).map(({ relation }) => relation);
}

function isWritten(relation: PlainRelation, other: PlainRelation): boolean {
  return canonicalJson(relation) === canonicalJson(other);
}

function isNamedAlike(written: PlainRelation, applied: PlainRelation): boolean {
  if (written.engine !== applied.engine || written.kind === "files" || written.kind === "iceberg") return false;
  if (written.kind === "query") return applied.kind === "query" && applied.text === written.text;
  if (applied.kind !== "table" || applied.table !== written.table) return false;
  return written.schema === null || applied.schema === written.schema;
}

function resolvedSource(source: Source, resolve: ResolveRelation): Source {
  return { ...source, relation: resolvedRelation(source.relation, resolve) };
}

function resolvedRelation(relation: Relation, resolve: ResolveRelation): Relation {
  if (relation.kind !== "extended") return resolve(relation);
  const { base, extension } = relation;
  return { ...relation, base: resolvedSource(base, resolve), extension: resolvedSource(extension, resolve) };
}

function meaningText(relation: PlainRelation): string {
  return relation.kind === "query" ? (relation.searchPath ?? []).join(", ") : relationName(relation);
}
