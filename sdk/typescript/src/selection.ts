import type {
  EntityDefinition,
  EntityDocument,
  NamedService,
  NamedView,
  PickDefinition,
  ReferenceDocument,
  ServiceDefinition,
  ViewDefinition,
} from "./definition";
import { InvalidCallError } from "./errors";

/** An item of `features`: `"view"`, `"view.feature"`, `"view@2.feature"`, a view's definition, or its `.pick(…)`. */
export type Selector = string | ViewDefinition | PickDefinition | NamedView;

/** A value of `service`: `"party_predictor"`, `"party_predictor@1"` or its definition. */
export type ServiceSelector = string | ServiceDefinition | NamedService;

/** A selection of features in wire form, with the types of its definitions. */
export interface Selection {
  /** In the caller's order; undefined if there are none. */
  readonly features: readonly string[] | undefined;
  readonly service: string | undefined;
  /** Several services; undefined for one or none. */
  readonly services: readonly string[] | undefined;
  /** True without definitions: views keep the names of the answer, and types are unknown. */
  readonly isByName: boolean;
  /** The entity's name, if the caller passed it. */
  readonly entity: string | undefined;
  /** The entity with the order of its key, if known from a definition. */
  readonly entityDocument: EntityDocument | undefined;
  /** The plain names of views that definitions pin, by their names in the answer: `{ "listening@2": "listening" }`. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Returns a view's name in the result: the plain name for definitions, else the name in the answer. */
  nameOf(viewName: string): string;
  /** Returns a feature's type, if known from a definition. */
  typeOf(viewName: string, feature: string): string | undefined;
}

interface Choice {
  readonly features?: readonly Selector[] | undefined;
  readonly service?: ServiceSelector | undefined;
  readonly services?: readonly ServiceSelector[] | undefined;
  readonly entity?: string | EntityDefinition | undefined;
}

/**
 * Converts a choice of features to a selection. Definitions are pinned to their version, which determines their row type.
 * Errors: `InvalidCallError` for `service` with `services`, features with a service (except names of parts of a named
 * service), several entities, several versions of one view.
 */
export function select({ features: selectors, service, services, entity: requestedEntity }: Choice): Selection {
  if (service !== undefined && services !== undefined) throw new InvalidCallError("Pass either service or services");
  if (selectors !== undefined && services !== undefined)
    throw new InvalidCallError("Pass either features or services: a service already selects its features");
  if (selectors !== undefined && service !== undefined && !isPart(selectors, service)) {
    throw new InvalidCallError("Pass either features or a service: a service already selects its features");
  }
  const types = new Map<string, string>();
  const computed = new Map<string, string>();
  const versions = new Map<string, number>();
  const entities = new Map<string, EntityDocument | undefined>();
  if (typeof requestedEntity === "object") entities.set(requestedEntity.ir.name, requestedEntity.ir);

  const pin = (view: string, version: number): void => {
    const other = versions.get(view) ?? version;
    if (other !== version) {
      throw new InvalidCallError(`Versions ${other} and ${version} of ${view} would have the same name: use two calls`);
    }
    versions.set(view, version);
  };
  const refer = ({ view, version, feature }: ReferenceDocument, type: string | undefined): string => {
    const reference = `${view}@${version}.${feature}`;
    if (type !== undefined) types.set(reference, type);
    return reference;
  };

  const features = selectors?.flatMap((selector) => {
    if (typeof selector === "string") return [selector];
    switch (selector.kind) {
      case "named_view":
        pin(...pinnedParts(selector.reference));
        return [selector.reference];
      case "feature_pick":
        if (!entities.has(selector.entity)) entities.set(selector.entity, undefined);
        return selector.references.map((reference, position) => {
          pin(reference.view, reference.version);
          return refer(reference, selector.types[position]);
        });
      case "feature_view_definition": {
        const { name, version, entity, features: all } = selector.ir;
        entities.set(entity.name, entity);
        pin(name, version);
        const names = all.map((feature) => refer({ view: name, version, feature: feature.name }, feature.type));
        // A view's name alone leaves out its vectors, but the definition's row type has them.
        return all.some((feature) => feature.type.startsWith("vector(")) ? names : [`${name}@${version}`];
      }
      default:
        throw new InvalidCallError(`Expected a feature or view in features, got a ${kindOf(selector)}`);
    }
  });
  for (const selector of selectors ?? []) {
    const [view = ""] = typeof selector === "string" ? selector.split(/[.@]/) : [];
    if (versions.has(view)) {
      throw new InvalidCallError(`${view} is selected by name and by definition, which may be different versions`);
    }
  }

  for (const chosen of services ?? [service]) {
    if (typeof chosen !== "object" || chosen.kind !== "feature_service_definition") continue;
    if (!entities.has(chosen.ir.entity)) entities.set(chosen.ir.entity, undefined);
    chosen.ir.features.forEach((reference, position) => {
      refer(reference, chosen.types[position]);
      // If services have two versions of a view, the answer names both with their version, and this name is not used.
      versions.set(reference.view, reference.version);
    });
    for (const { name, type } of chosen.ir.computed ?? []) computed.set(name, type);
  }
  if (entities.size > 1) {
    throw new InvalidCallError(`Expected features of one entity, got features of ${[...entities.keys()].join(", ")}`);
  }
  const [entityDocument] = entities.values();
  const renamed =
    (service ?? services) === undefined
      ? Object.fromEntries([...versions].map(([name, version]) => [`${name}@${version}`, name]))
      : {};
  return {
    features,
    service: service === undefined ? undefined : serviceReference(service),
    services: services?.map(serviceReference),
    isByName: types.size + computed.size + versions.size === 0,
    entity: typeof requestedEntity === "object" ? requestedEntity.ir.name : requestedEntity,
    entityDocument,
    renamed,
    nameOf: (viewName) => renamed[viewName] ?? viewName,
    typeOf(viewName, feature) {
      if (viewName === "computed" && computed.has(feature)) return computed.get(feature);
      const [name, version = versions.get(name)] = splitReference(viewName);
      return types.get(`${name}@${version}.${feature}`);
    },
  };
}

/** Returns true if names select parts of a service, which only services with computed features have. */
function isPart(selectors: readonly Selector[], service: ServiceSelector): boolean {
  const names = selectors.filter((selector) => typeof selector === "string");
  const isNamed = typeof service === "string" && names.length === selectors.length;
  return isNamed && names.some((name) => name.split(".")[0] === "computed");
}

function kindOf(value: unknown): string {
  return typeof value === "object" && value !== null && "kind" in value ? String(value.kind) : typeof value;
}

function splitReference(reference: string): [name: string, version: number | undefined] {
  const at = reference.indexOf("@");
  return at === -1 ? [reference, undefined] : [reference.slice(0, at), Number(reference.slice(at + 1))];
}

function pinnedParts(reference: string): [name: string, version: number] {
  const [name, version] = splitReference(reference);
  if (version === undefined) throw new InvalidCallError(`Expected a version in "${reference}"`);
  return [name, version];
}

function serviceReference(service: ServiceSelector): string {
  if (typeof service === "string") return service;
  return service.kind === "named_service" ? service.reference : `${service.name}@${service.version}`;
}
