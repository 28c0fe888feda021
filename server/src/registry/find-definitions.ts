import {
  type Entity,
  type Feature,
  type FeatureService,
  type FeatureView,
  scopeOf,
} from "@featstore/definitions/compiler";
import { FeatstoreError, listNames, suggest } from "../core/index";
import { forbidden } from "./readable-snapshot";
import type { FormerName, RegisteredService, RegisteredView, RegistrySnapshot, Versions } from "./registry";
import { numberedVersion, splitReference } from "./version-reference";

/** The views of a snapshot, or others with versions. */
interface NamedViews<Registered> extends Pick<RegistrySnapshot, "restriction"> {
  readonly featureViews: ReadonlyMap<string, Versions<Registered>>;
  readonly formerNames?: ReadonlyMap<
    string,
    Pick<FormerName, "newName" | "state"> & { readonly versions: Versions<Registered> }
  >;
}

/** Returns `view@2`, as "featstore materialize" takes it: a service may read a version that is not promoted. */
export function versionLabel({ view }: RegisteredView): string {
  return `${view.name}@${view.version}`;
}

export function namedEntity(snapshot: RegistrySnapshot, name: string): Entity {
  const entity = snapshot.entities.get(name);
  if (entity === undefined) {
    const { restriction } = snapshot;
    if (restriction !== undefined) throw forbidden(`the entity "${name.slice(0, 80)}"`, restriction);
    throw new FeatstoreError(
      "entity_not_found",
      `There is no entity "${name.slice(0, 80)}"${suggest(name, snapshot.entities.keys()) || "."}`,
    );
  }
  return entity;
}

/**
 * Finds a view by name and version text; without a version, the promoted one. `evenRetired`: for readers of what is stored
 * about a version, not of its values. Errors: `feature_view_not_found`, `resource_forbidden`,
 * `feature_view_version_not_found`, `feature_view_retired`.
 */
export function findVersion<Registered extends Pick<RegisteredView, "view" | "state" | "retirement">>(
  snapshot: NamedViews<Registered>,
  name: string,
  version: string | undefined,
  { evenRetired = false }: { readonly evenRetired?: boolean } = {},
): Registered {
  const versions = findView(snapshot, name);
  const named = { kind: "feature_view", name, versions: versions.versions } as const;
  const registered = numberedVersion(named, version ?? String(versions.promoted));
  if (registered.state === "retired" && !evenRetired) {
    throw new FeatstoreError(
      "feature_view_retired",
      `Version ${registered.view.version} of feature view "${name}" is retired; ${insteadText(registered, versions)}.`,
    );
  }
  return registered;
}

export function insteadText(
  registered: Pick<RegisteredView, "view" | "retirement">,
  versions: Versions<unknown>,
): string {
  const successor = successorOf(registered, versions);
  return successor === null ? "nothing takes its place" : `read "${successor}" instead`;
}

/** Returns the reference to read instead of a deprecated or retired version; null: none. */
function successorOf(
  { view, retirement }: Pick<RegisteredView, "view" | "retirement">,
  { promoted }: Versions<unknown>,
): string | null {
  return retirement?.successor ?? (view.version === promoted ? null : `${view.name}@${promoted}`);
}

/**
 * Finds a view by its name or a former name. Errors: `feature_view_not_found`, `feature_view_retired`; for a key that
 * may not read every view, `resource_forbidden` for a name that it does not include, whether or not there is such a view.
 */
export function findView<Registered>(snapshot: NamedViews<Registered>, name: string): Versions<Registered> {
  const former = snapshot.formerNames?.get(name);
  const versions = snapshot.featureViews.get(name) ?? former?.versions;
  if (former?.state === "retired" && !snapshot.featureViews.has(name)) {
    throw new FeatstoreError(
      "feature_view_retired",
      `Feature view "${name}" was renamed; read "${former.newName}" instead.`,
    );
  }
  if (versions === undefined) {
    const { restriction } = snapshot;
    if (restriction?.allows(name) === false) throw forbidden(`the feature view "${name.slice(0, 80)}"`, restriction);
    throw new FeatstoreError(
      "feature_view_not_found",
      `There is no feature view "${name.slice(0, 80)}"${suggest(name, snapshot.featureViews.keys()) || "."}`,
    );
  }
  return versions;
}

export function findService(snapshot: RegistrySnapshot, name: string): Versions<RegisteredService> {
  const versions = snapshot.featureServices.get(name);
  if (versions === undefined) {
    const { restriction } = snapshot;
    if (restriction !== undefined) throw forbidden(`the feature service "${name.slice(0, 80)}"`, restriction);
    throw new FeatstoreError(
      "feature_service_not_found",
      `There is no feature service "${name.slice(0, 80)}"${suggest(name, snapshot.featureServices.keys()) || "."}`,
    );
  }
  return versions;
}

export function findFeature(registered: RegisteredView, name: string): Feature {
  const { view } = registered;
  const feature = view.features.find((candidate) => candidate.name === name);
  if (feature === undefined) {
    const known = view.features.map((candidate) => candidate.name);
    throw new FeatstoreError(
      "feature_not_found",
      `Feature view "${view.name}" has no feature "${name}" in version ${view.version}${suggest(name, known) || `; it has ${listNames(known, name)}.`}`,
    );
  }
  return feature;
}

/**
 * Finds a service by `name` or `name@2`; without a version, the promoted one. Errors: `invalid_selection`,
 * `feature_service_not_found`, `feature_service_version_not_found`.
 */
export function servedService(snapshot: RegistrySnapshot, reference: string): FeatureService {
  if (!/^[a-z][a-z0-9_]{0,39}(?:@[1-9][0-9]{0,8})?$/.test(reference)) {
    throw new FeatstoreError(
      "invalid_selection",
      `"${reference.slice(0, 100)}" is not of the form service or service@2.`,
    );
  }
  const [name, version] = splitReference(reference);
  const { promoted, versions } = findService(snapshot, name);
  const { restriction } = snapshot;
  if (restriction !== undefined && version !== undefined && !versions.has(Number(version)))
    throw forbidden(`the feature service "${reference}"`, restriction);
  return numberedVersion({ kind: "feature_service", name, versions }, version ?? String(promoted)).service;
}

/** Returns whether counts of a view's rows would reveal other tenants' data. */
export function hidesCounts(view: FeatureView, tenant: string | null): boolean {
  return tenant !== null && scopeOf(view) === "tenant";
}
