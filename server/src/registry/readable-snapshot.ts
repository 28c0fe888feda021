import { type Entity, featuresReadBy } from "@featstore/definitions/compiler";
import { FeatstoreError, type Grants, type Scope } from "../core/index";
import type { RegistrySnapshot, Restriction } from "./registry";

/** Who reads documents about the registry. */
export interface RegistryReader {
  /** If set, documents of views with tenants have no counts, because counts cover all tenants. */
  readonly tenant: string | null;
  /** Null: everything may be read. */
  readonly grants: Grants | null;
}

/**
 * Returns the part of a snapshot that a key may read: the views that the scope allows, their entities, and the
 * versions of services that read no other view. Everything that resolves names against the result treats the rest like
 * names that do not exist, and refuses both with `resource_forbidden`, so that a response never reveals what exists.
 * `grants`: null for a caller without a key. A caller that may read everything gets the snapshot itself.
 */
export function readableSnapshot(snapshot: RegistrySnapshot, grants: Grants | null, scope: Scope): RegistrySnapshot {
  if (grants === null || grants.hasAll(scope)) return snapshot;
  const allows = (name: string) => grants.allows(scope, name);
  const formerNames = [...(snapshot.formerNames ?? [])];
  // A view that was renamed stays readable for keys that name its former name, as long as that is valid.
  const names = new Set([
    ...[...snapshot.featureViews.keys()].filter(allows),
    ...formerNames.flatMap(([name, { newName, state }]) => (state !== "retired" && allows(name) ? [newName] : [])),
  ]);
  const featureViews = new Map([...snapshot.featureViews].filter(([name]) => names.has(name)));
  const readableFormer = new Map(formerNames.filter(([, { newName }]) => names.has(newName)));
  const reads = (name: string) => featureViews.has(name) || readableFormer.has(name);
  const restriction: Restriction = { allows, patterns: grants.patterns(scope) };
  return {
    revision: snapshot.revision,
    entities: entitiesOf(snapshot, featureViews),
    featureViews,
    featureServices: new Map(
      [...snapshot.featureServices].flatMap(([name, versions]) => {
        const readable = new Map(
          [...versions.versions].filter(([, { service }]) => featuresReadBy(service).every(({ view }) => reads(view))),
        );
        return readable.size === 0 ? [] : [[name, { ...versions, versions: readable }] as const];
      }),
    ),
    ...(readableFormer.size === 0 ? {} : { formerNames: readableFormer }),
    restriction,
  };
}

function entitiesOf({ entities }: RegistrySnapshot, views: RegistrySnapshot["featureViews"]): Map<string, Entity> {
  const names = new Set(
    [...views.values()].flatMap(({ versions }) => [...versions.values()].map(({ view }) => view.entity.name)),
  );
  return new Map([...entities].filter(([name]) => names.has(name)));
}

/** Builds the refusal of a name that a key may not read or that does not exist: `feature view "sentiment"`. */
export function forbidden(what: string, { patterns }: Restriction): FeatstoreError {
  const readable =
    patterns.length === 0
      ? "it may read no views, by its scopes or its organisation's tier"
      : `it may read the views ${patterns.join(", ")}`;
  return new FeatstoreError("resource_forbidden", `This key may not read ${what}: ${readable}.`);
}
