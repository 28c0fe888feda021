import {
  COMPUTED,
  type Entity,
  type FeatureReference,
  type FeatureService,
  servedFeatures,
} from "@featstore/definitions/compiler";
import { type ErrorCode, type Fault, FeatstoreError, listNames } from "../../core/index";
import {
  findFeature,
  findVersion,
  forbidden,
  namedEntity,
  type RegistrySnapshot,
  servedService,
  versionLabel,
  withPresentNames,
} from "../../registry/index";
import { storedColumnsRead } from "../computed/computed-selection";
import { mergeServices, type ServiceChoices, viewsOfSeveralVersions } from "./merge-services";
import { isComputedReference, partOfService } from "./part-of-service";
import { type Choice, columnOf } from "./selected-view";
import { createSelection, type Selection } from "./selection";

/** The selection of a request, as texts. */
export interface SelectionRequest {
  readonly entity: string | undefined;
  readonly features: readonly string[] | undefined;
  readonly service: string | undefined;
  /** Several services of one entity, instead of `service`. */
  readonly services?: readonly string[] | undefined;
}

const REFERENCE = /^([a-z][a-z0-9_]{0,39})(?:@([1-9][0-9]{0,8}))?(?:\.([a-z][a-z0-9_]{0,39}))?$/;
const MAX_FAULTS = 20;
const MAX_REFERENCES = 1000;
const MAX_SERVICES = 20;

/**
 * Resolves a request against a snapshot. Errors: every 4xx about views, features, services and entities,
 * `view_not_materialized`.
 */
export function resolveSelection(
  snapshot: RegistrySnapshot,
  request: SelectionRequest,
  defaultEntity: string | null,
): Selection {
  const named = resolveChoices(snapshot, request);
  if (named !== undefined) return createSelection(named.entity, named.choices, served, named);
  const entity =
    request.entity === undefined ? fallbackEntity(snapshot, defaultEntity) : namedEntity(snapshot, request.entity);
  return createSelection(entity, entityChoices(snapshot, entity), served);
}

/** The features that a request names. */
export interface NamedChoices extends ServiceChoices {
  readonly entity: Entity;
}

/**
 * Resolves the features that a request names, materialized or not; undefined if it names none. Errors: as for
 * `resolveSelection`.
 */
export function resolveChoices(snapshot: RegistrySnapshot, request: SelectionRequest): NamedChoices | undefined {
  const { features, service } = request;
  const services = request.services ?? (service === undefined ? undefined : [service]);
  if (features !== undefined && services !== undefined && !features.some(isComputedReference)) {
    throw new FeatstoreError(
      "selection_conflict",
      "Send either features or a service, not both. To read a part of a service that computes, name it in features: computed.<name>.",
    );
  }
  const requested = request.entity === undefined ? undefined : namedEntity(snapshot, request.entity);
  if (services !== undefined) {
    const chosen = choicesOfServices(snapshot, [...new Set(services)], features);
    return { entity: entityOf([...chosen.choices, ...chosen.needed], requested), ...chosen };
  }
  if (features === undefined) return undefined;
  const choices = featureChoices(snapshot, features);
  return { entity: entityOf(choices, requested), choices, needed: [] };
}

function served(choice: Choice) {
  const generation = choice.registered.served;
  if (generation === null) throw notMaterialized([versionLabel(choice.registered)]);
  return generation;
}

/** Builds the 503 for views that were applied but have no generation yet. */
export function notMaterialized(labels: readonly string[]): FeatstoreError {
  return new FeatstoreError(
    "view_not_materialized",
    `${labels.map((label) => `"${label}"`).join(", ")} ${labels.length === 1 ? "was" : "were"} applied but never materialized: run "featstore materialize ${labels.join(" ")}".`,
    { errors: labels.map((label) => ({ path: label, detail: "no generation is published yet" })) },
  );
}

/** Returns the entity of a request that names neither an entity nor a view. Errors: `entity_required`. */
export function fallbackEntity(snapshot: RegistrySnapshot, defaultEntity: string | null): Entity {
  if (defaultEntity !== null) return namedEntity(snapshot, defaultEntity);
  const [only, ...others] = snapshot.entities.values();
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined && snapshot.restriction !== undefined) throw forbidden("any entity", snapshot.restriction);
  const names = listNames(snapshot.entities.keys());
  throw new FeatstoreError(
    "entity_required",
    only === undefined
      ? 'No feature view is applied yet: run "featstore apply".'
      : `Say which entity you mean with "entity", or set default_entity. There are: ${names}.`,
  );
}

function entityOf(choices: readonly Choice[], requested: Entity | undefined): Entity {
  const own = choices.filter((choice) => choice.through === undefined);
  const names = [...new Set(own.map((choice) => choice.registered.view.entity.name))];
  const [choice] = own;
  if (choice === undefined) throw new FeatstoreError("invalid_selection", "The selection names no feature.");
  const entity = requested ?? choice.registered.view.entity;
  if (names.length > 1 || names[0] !== entity.name) {
    throw mixedEntities(
      entity,
      // Once per view, however many of its features are selected.
      [...new Map(own.map(({ label, registered }) => [label, { label, entity: registered.view.entity }])).values()],
    );
  }
  return entity;
}

/** Builds the error for a selection that spans several entities. */
export function mixedEntities(
  read: Entity,
  selection: readonly { readonly label: string; readonly entity: Entity }[],
): FeatstoreError {
  const names = [...new Set(selection.map(({ entity }) => entity.name))].join(", ");
  return new FeatstoreError(
    "mixed_entities",
    `One request reads one entity, "${read.name}"; the selection belongs to ${names}.`,
    {
      errors: selection
        .filter(({ entity }) => entity.name !== read.name)
        .slice(0, MAX_FAULTS)
        .map(({ label, entity }) => ({ path: label, detail: `its entity is "${entity.name}"` })),
    },
  );
}

function entityChoices(snapshot: RegistrySnapshot, entity: Entity): Choice[] {
  const promoted = [...snapshot.featureViews.values()]
    .map((versions) => versions.versions.get(versions.promoted))
    .filter((view) => view !== undefined)
    .filter((view) => view.view.entity.name === entity.name && view.state !== "retired")
    .filter((view) => servedFeatures(view.view).length > 0);
  const ready = promoted.filter((view) => view.served !== null);
  if (ready.length === 0) {
    if (promoted.length > 0) throw notMaterialized(promoted.map(versionLabel));
    throw new FeatstoreError(
      "vector_not_named",
      `Entity "${entity.name}" has only vectors: name them, or use /api/embeddings.`,
    );
  }
  return ready.flatMap((registered) =>
    servedFeatures(registered.view).map((feature) => ({ label: registered.view.name, registered, feature })),
  );
}

function featureChoices(snapshot: RegistrySnapshot, references: readonly string[]): Choice[] {
  const choices = new Map<string, Choice>();
  const faults: { code: ErrorCode; fault: Fault }[] = [];
  if (references.length > MAX_REFERENCES) {
    throw new FeatstoreError(
      "invalid_selection",
      `At most ${MAX_REFERENCES} features can be named, got ${references.length}. A view's name stands for all of its features.`,
    );
  }
  for (const [index, reference] of references.entries()) {
    if (faults.length === MAX_FAULTS) break;
    try {
      for (const choice of choicesOf(snapshot, reference)) {
        choices.set(`${choice.label}.${choice.feature.name}`, choice);
      }
    } catch (error) {
      if (!(error instanceof FeatstoreError)) throw error;
      faults.push({ code: error.code, fault: { path: `features[${index}]`, detail: error.detail } });
    }
  }
  const [first] = faults;
  if (first !== undefined) {
    throw new FeatstoreError(first.code, first.fault.detail, {
      errors: faults.map(({ fault }) => fault),
    });
  }
  return [...choices.values()];
}

function choicesOf(snapshot: RegistrySnapshot, reference: string): Choice[] {
  const match = REFERENCE.exec(reference);
  const [, name, version, featureName] = match ?? [];
  if (name === undefined) {
    throw new FeatstoreError(
      "invalid_selection",
      `"${reference.slice(0, 100)}" is not of the form view, view.feature, view@2 or view@2.feature.`,
    );
  }
  if (name === COMPUTED && !snapshot.featureViews.has(name)) {
    throw new FeatstoreError(
      "invalid_selection",
      `"${reference.slice(0, 100)}" is computed by a feature service: name the service as well.`,
    );
  }
  const registered = findVersion(snapshot, name, version);
  const label = version === undefined ? name : `${name}@${version}`;
  if (featureName !== undefined) return [{ label, registered, feature: findFeature(registered, featureName) }];
  const features = servedFeatures(registered.view);
  if (features.length === 0) {
    const names = listNames(registered.view.features.map((feature) => `${label}.${feature.name}`));
    throw new FeatstoreError(
      "vector_not_named",
      `"${label}" has only vectors, which are returned only when named: ${names}.`,
    );
  }
  return features.map((feature) => ({ label, registered, feature }));
}

/**
 * Merges the selections of services, each feature once. `references`: the requested part of a single service;
 * undefined: all.
 * Errors: `selection_conflict` if they cannot be read together.
 */
function choicesOfServices(
  snapshot: RegistrySnapshot,
  names: readonly string[],
  references: readonly string[] | undefined,
): ServiceChoices {
  if (names.length > MAX_SERVICES)
    throw new FeatstoreError(
      "invalid_selection",
      `At most ${MAX_SERVICES} services can be named, got ${names.length}.`,
    );
  if (names.length > 1 && references !== undefined)
    throw new FeatstoreError(
      "selection_conflict",
      "features can select a part of one service only, got several services.",
    );
  const services = names.map((name) => servedService(snapshot, name));
  const ambiguous = viewsOfSeveralVersions(services);
  const mixed = services.find(({ computed = [] }) =>
    storedColumnsRead(computed).some(({ view }) => ambiguous.has(view)),
  );
  if (mixed !== undefined)
    throw new FeatstoreError(
      "selection_conflict",
      `"${mixed.name}" computes from a view of which the services read several versions: read the services one by one.`,
    );
  return mergeServices(services.map((service) => serviceChoices(snapshot, service, references, ambiguous)));
}

/**
 * `references`: the requested part of the service; undefined: all of it. `ambiguous`: names of views that are read in
 * several versions.
 */
function serviceChoices(
  snapshot: RegistrySnapshot,
  service: FeatureService,
  references: readonly string[] | undefined,
  ambiguous: ReadonlySet<string>,
): ServiceChoices {
  const choiceOf = ({ view: name, version, feature, through }: FeatureReference): Choice => {
    const registered = findVersion(snapshot, name, String(version));
    return {
      label: ambiguous.has(name) ? `${name}@${version}` : name,
      registered,
      feature: findFeature(registered, feature),
      ...(through === undefined ? {} : { through: choiceOf(through) }),
    };
  };
  const all = service.features.map(choiceOf);
  const { computed = [] } = withPresentNames(service, snapshot);
  const { choices, features } =
    references === undefined
      ? { choices: all, features: computed }
      : partOfService({ ...service, computed }, all, references);
  const columns = storedColumnsRead(features).flatMap(({ view, feature }) =>
    all.filter((choice) => choice.registered.view.name === view && choice.feature.name === feature),
  );
  const read = [...choices, ...columns];
  const keys = read.flatMap(({ through }) => through ?? []);
  const needed = new Map([...columns, ...keys].map((choice) => [columnOf(choice), choice]));
  for (const choice of choices) needed.delete(columnOf(choice));
  const [first] = all;
  // Some view must be read to find out whether the entity is known.
  if (first !== undefined && choices.length + needed.size === 0) needed.set(columnOf(first), first);
  const computes = (service.inputs ?? []).length + (service.computed ?? []).length > 0;
  return { choices, needed: [...needed.values()], ...(computes ? { computed: { service, features } } : {}) };
}
