import {
  type ComputedFeature,
  columnsRead,
  compareCodePoints,
  type Feature,
  type FeatureService,
  type FeatureView,
  featuresReadBy,
  scopeOf,
  vectorDimensions,
} from "@featstore/definitions/compiler";
import { type Versions, withPresentNames } from "../registry/index";
import { computedText } from "./computed-text";
import { describeColumns, describeSource } from "./describe-source";
import { describeHistory, describeVersions, optionalInstant } from "./describe-versions";
import { expressionText } from "./expression-text";
import { featureText } from "./feature-text";
import type {
  ComputedDocument,
  EntityDocument,
  FeatureDocument,
  ReferenceDocument,
  ServiceDocument,
  ServiceVersionDocument,
  SpaceDocument,
  ViewDocument,
} from "./reference-document";
import type { ReferenceSubject, SubjectService } from "./reference-subject";
import { type ShownView, shownViews } from "./shown-views";

/**
 * Builds the feature reference of a registry or of definitions: all views in their promoted versions, or only the
 * referenced ones (`speech_sentiment`, `speech_sentiment@2`), with their entities and the services that read them. The same
 * subject always gives the same document.
 *
 * @throws FeatstoreError `feature_view_not_found`, `feature_view_version_not_found`, `invalid_selection`
 * @example buildReference(subjectOfRegistry(await registry.snapshot(), await registry.history()))
 */
export function buildReference(subject: ReferenceSubject, references?: readonly string[]): ReferenceDocument {
  const services = [...subject.featureServices.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .map(({ service }) => withPresentNames(service, subject))
    .sort((left, right) => compareCodePoints(left.name, right.name) || left.version - right.version);
  const views = shownViews(subject, references)
    .map((view) => describeView(view, services, subject))
    .sort(byName);
  const names = new Set(views.map(({ name }) => name));
  return {
    format_version: 1,
    entities: describeEntities(subject, views, references === undefined),
    feature_views: views,
    feature_services: [...subject.featureServices]
      .map(([name, versions]) => describeService(name, versions, subject))
      .sort(byName)
      .filter(
        ({ versions }) =>
          references === undefined || versions.some(({ features }) => features.some(({ view }) => names.has(view))),
      ),
    embedding_spaces: describeSpaces(views),
  };
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return compareCodePoints(left.name, right.name);
}

function describeEntities(
  { entities }: ReferenceSubject,
  views: readonly ViewDocument[],
  isWhole: boolean,
): EntityDocument[] {
  return [...entities.values()].sort(byName).flatMap(({ name, description, key, population }): EntityDocument[] => {
    const about = views.filter(({ entity }) => entity === name).map((view) => view.name);
    if (about.length === 0 && !isWhole) return [];
    return [
      {
        name,
        description,
        key: key.map((part) => ({ name: part.name, type: part.type })),
        population: population && describeSource(population),
        feature_views: about,
      },
    ];
  });
}

function describeView(
  { shown, versions }: ShownView,
  services: readonly FeatureService[],
  { history }: ReferenceSubject,
): ViewDocument {
  const { view, state, sql, parameters } = shown;
  const readers = services.filter((service) => featuresReadBy(service).some((feature) => feature.view === view.name));
  return {
    name: view.name,
    version: view.version,
    promoted: versions.promoted,
    next: versions.next,
    state,
    entity: view.entity.name,
    scope: scopeOf(view),
    description: view.description,
    owner: view.owner,
    tags: [...view.tags].sort(compareCodePoints),
    ttl_seconds: view.ttlSeconds,
    freshness_seconds: view.freshnessSeconds ?? null,
    source: describeSource(view.source),
    filter: view.filter && expressionText(view.filter),
    features: [...view.features].sort(byName).map((feature) => describeFeature(view, feature, readers)),
    columns: describeColumns(view),
    services: readers.map(({ name, version }) => `${name}@${version}`),
    sql,
    parameters,
    versions: describeVersions(versions),
    history: describeHistory(history, "feature_view", view.name),
  };
}

function describeFeature(view: FeatureView, feature: Feature, services: readonly FeatureService[]): FeatureDocument {
  const { name, type, nullable, contract, embedding, expression } = feature;
  return {
    name,
    type,
    nullable,
    description: contract.description,
    unit: contract.unit,
    minimum: contract.minimum,
    maximum: contract.maximum,
    allowed_values: contract.allowedValues,
    ...(feature.default === undefined ? {} : { default: feature.default }),
    maximum_null_fraction: contract.maximumNullFraction,
    owner: contract.owner ?? null,
    pii: contract.pii === true,
    tags: [...contract.tags].sort(compareCodePoints),
    embedding: embedding && {
      space: embedding.space,
      metric: embedding.metric,
      dimensions: vectorDimensions(type) ?? 0,
    },
    expression: featureText(feature, view.features),
    columns: [...columnsRead([expression])].sort(compareCodePoints),
    services: services.flatMap((service) =>
      featuresReadBy(service)
        .filter((reference) => reference.view === view.name && reference.feature === name)
        .map((reference) => ({ name: service.name, version: service.version, view_version: reference.version })),
    ),
  };
}

function describeService(
  name: string,
  { promoted, next, versions }: Versions<SubjectService>,
  { featureViews, formerNames, history }: ReferenceSubject,
): ServiceDocument {
  const describe = ({ service, appliedAt }: SubjectService): ServiceVersionDocument => ({
    version: service.version,
    applied_at: optionalInstant(appliedAt),
    entity: service.entity,
    description: service.description,
    owner: service.owner,
    tags: [...service.tags].sort(compareCodePoints),
    features: service.features.map(({ view, version, feature, through }) => {
      const pinned = (featureViews.get(view) ?? formerNames?.get(view)?.versions)?.versions.get(version)?.view;
      const found = pinned?.features.find((candidate) => candidate.name === feature);
      return {
        view,
        version,
        feature,
        ...(through === undefined ? {} : { through: `${through.view}.${through.feature}` }),
        type: found?.type ?? null,
        // The joined entity may not exist.
        nullable: found === undefined ? null : isNullServed(found) || (through !== undefined && !hasDefault(found)),
        description: found?.contract.description ?? null,
      };
    }),
    ...(service.inputs === undefined ? {} : { inputs: service.inputs }),
    ...(service.computed === undefined ? {} : { computed: service.computed.map(describeComputed) }),
  });
  return {
    name,
    promoted,
    next,
    versions: [...versions.values()].map(describe).sort((left, right) => right.version - left.version),
    history: describeHistory(history, "feature_service", name),
  };
}

function describeComputed(feature: ComputedFeature): ComputedDocument {
  const { name, type, contract } = feature;
  return {
    name,
    type,
    nullable: isNullServed(feature),
    ...(feature.default === undefined ? {} : { default: feature.default }),
    description: contract.description,
    unit: contract.unit,
    expression: computedText(feature),
  };
}

function hasDefault(feature: Pick<Feature, "default">): boolean {
  return feature.default !== undefined;
}

function isNullServed(feature: Pick<Feature, "default" | "nullable">): boolean {
  return feature.nullable && !hasDefault(feature);
}

function describeSpaces(views: readonly ViewDocument[]): SpaceDocument[] {
  const spaces = new Map<string, SpaceDocument>();
  for (const view of views) {
    for (const { name, embedding } of view.features) {
      if (embedding === null) continue;
      // Versions that differ in metric or dimensions are separate spaces with the same name.
      const key = JSON.stringify([embedding.space, embedding.metric, embedding.dimensions]);
      const features = [...(spaces.get(key)?.features ?? []), `${view.name}.${name}`];
      spaces.set(key, { ...embedding, features });
    }
  }
  return [...spaces].sort(([left], [right]) => compareCodePoints(left, right)).map(([, space]) => space);
}
