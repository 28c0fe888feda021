import { type Entity, type Feature, vectorDimensions } from "@featstore/definitions/compiler";
import { FeatstoreError, listNames, suggest } from "../core/index";
import {
  findFeature,
  findVersion,
  namedEntity,
  type RegisteredView,
  type RegistrySnapshot,
  versionLabel,
} from "../registry/index";
import {
  type Choice,
  createSelection,
  fallbackEntity,
  mixedEntities,
  notMaterialized,
  type Selection,
} from "../serving/index";

/** A space in which a feature's vectors are comparable, with its metric. */
export interface SpaceDocument {
  readonly space: string;
  readonly dimensions: number;
  readonly metric: "cosine" | "l2" | "inner_product";
}

const REFERENCE = /^([a-z][a-z0-9_]{0,39})(?:@([1-9][0-9]{0,8}))?\.([a-z][a-z0-9_]{0,39})$/;
const MAX_REFERENCES = 100;

/**
 * Resolves a request's embeddings against a snapshot; without names, all of the entity's.
 * Errors: every 4xx about views, features and entities, `embedding_not_found`, `view_not_materialized`.
 */
export function chooseEmbeddings(
  snapshot: RegistrySnapshot,
  references: readonly string[] | undefined,
  entityName: string | undefined,
  defaultEntity: string | null,
): Selection {
  const requested = entityName === undefined ? undefined : namedEntity(snapshot, entityName);
  if (references === undefined) {
    const entity = requested ?? fallbackEntity(snapshot, defaultEntity);
    return createSelection(entity, entityEmbeddings(snapshot, entity), servedOf);
  }
  if (references.length === 0 || references.length > MAX_REFERENCES) {
    throw new FeatstoreError("invalid_selection", `Name 1 to ${MAX_REFERENCES} embeddings, got ${references.length}.`);
  }
  const choices = [...new Set(references)].map((reference) => namedEmbedding(snapshot, reference));
  const labelled = choices.map(({ label, registered, feature }) => ({
    label: `${label}.${feature.name}`,
    entity: registered.view.entity,
  }));
  const entity = requested ?? labelled[0]?.entity;
  if (entity === undefined) throw new Error("references without choices");
  if (labelled.some((choice) => choice.entity.name !== entity.name)) throw mixedEntities(entity, labelled);
  return createSelection(entity, choices, servedOf);
}

/** Returns the served generation. Errors: `view_not_materialized`. */
export function servedOf({ registered }: Choice) {
  if (registered.served === null) throw notMaterialized([versionLabel(registered)]);
  return registered.served;
}

/** Returns the space of an embedding. One without a named space is a space of its own. */
export function spaceOf(label: string, { name, type, embedding }: Feature): SpaceDocument {
  return {
    space: embedding?.space ?? `${label}.${name}`,
    dimensions: vectorDimensions(type) ?? 0,
    metric: embedding?.metric ?? "cosine",
  };
}

/** Returns the members of a space for a response, without braces. */
export function spaceJson(label: string, feature: Feature): string {
  const { space, dimensions, metric } = spaceOf(label, feature);
  return `"space":${JSON.stringify(space)},"dimensions":${dimensions},"metric":"${metric}"`;
}

/**
 * Finds an embedding by reference. Errors: `invalid_selection`, `embedding_not_found`, and those of finding a view, a
 * version or a feature.
 */
export function namedEmbedding(snapshot: RegistrySnapshot, reference: string): Choice {
  const [, name, version, featureName] = REFERENCE.exec(reference) ?? [];
  if (name === undefined || featureName === undefined) {
    throw new FeatstoreError(
      "invalid_selection",
      `"${reference.slice(0, 100)}" is not of the form view.feature or view@2.feature.`,
    );
  }
  const registered = findVersion(snapshot, name, version);
  const feature = findFeature(registered, featureName);
  if (!isEmbedding(feature)) {
    const known = embeddingNames(promotedViews(snapshot));
    throw new FeatstoreError(
      "embedding_not_found",
      `"${reference}" has type ${feature.type} and is not an embedding${suggest(reference, known) || (known.length > 0 ? `; there are ${listNames(known, reference)}.` : ".")}`,
    );
  }
  return { label: version === undefined ? name : `${name}@${version}`, registered, feature };
}

function isEmbedding(feature: Feature): boolean {
  return vectorDimensions(feature.type) !== undefined;
}

function embeddingNames(views: Iterable<RegisteredView>): string[] {
  return [...views].flatMap(({ view }) =>
    view.features.filter(isEmbedding).map((feature) => `${view.name}.${feature.name}`),
  );
}

function promotedViews(snapshot: RegistrySnapshot): RegisteredView[] {
  return [...snapshot.featureViews.values()]
    .map((versions) => versions.versions.get(versions.promoted))
    .filter((view) => view !== undefined)
    .filter((view) => view.state !== "retired");
}

function entityEmbeddings(snapshot: RegistrySnapshot, entity: Entity): Choice[] {
  const all = promotedViews(snapshot)
    .filter(({ view }) => view.entity.name === entity.name)
    .flatMap((registered) =>
      registered.view.features
        .filter(isEmbedding)
        .map((feature) => ({ label: registered.view.name, registered, feature })),
    );
  if (all.length === 0) throw new FeatstoreError("embedding_not_found", `Entity "${entity.name}" has no embeddings.`);
  const ready = all.filter((choice) => choice.registered.served !== null);
  if (ready.length === 0) throw notMaterialized([...new Set(all.map((choice) => versionLabel(choice.registered)))]);
  return ready;
}
