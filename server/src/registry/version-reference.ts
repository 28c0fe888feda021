import { FeatstoreError, suggest } from "../core/index";
import type { DefinitionKind, RegistrySnapshot, Versions } from "./registry";
import { presentName } from "./rename-views";

/** A view or service by name, with its applied versions. */
export interface NamedVersions {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly versions: Versions<unknown>;
}

export interface VersionReference extends NamedVersions {
  readonly version: number;
}

/**
 * Finds the view with a current or former name, or else the service. `kind` limits it to one of the two.
 *
 * @throws FeatstoreError `feature_view_not_found`, `feature_service_not_found`
 */
export function namedVersions(snapshot: RegistrySnapshot, name: string, kind?: DefinitionKind): NamedVersions {
  const present = presentName(snapshot, name);
  const view = kind === "feature_service" ? undefined : snapshot.featureViews.get(present);
  if (view !== undefined) return { kind: "feature_view", name: present, versions: view };
  const service = kind === "feature_view" ? undefined : snapshot.featureServices.get(name);
  if (service !== undefined) return { kind: "feature_service", name, versions: service };
  const known = [
    ...(kind === "feature_service" ? [] : snapshot.featureViews.keys()),
    ...(kind === "feature_view" ? [] : snapshot.featureServices.keys()),
  ];
  const what = kind === undefined ? "feature view or service" : kind.replace("_", " ");
  throw new FeatstoreError(
    kind === "feature_service" ? "feature_service_not_found" : "feature_view_not_found",
    `There is no ${what} "${name.slice(0, 80)}"${suggest(name, known) || "."}`,
  );
}

/**
 * Resolves `speech_sentiment@2` to a version.
 *
 * @throws FeatstoreError as `namedVersions`, `invalid_selection`, `feature_view_version_not_found`,
 *   `feature_service_version_not_found`
 */
export function versionReference(snapshot: RegistrySnapshot, text: string, kind?: DefinitionKind): VersionReference {
  const [, name, number] = /^([^@]+)(?:@([1-9][0-9]{0,8}))?$/.exec(text) ?? [];
  if (name === undefined) {
    throw new FeatstoreError("invalid_selection", `"${text.slice(0, 100)}" is not of the form name@2.`);
  }
  const found = namedVersions(snapshot, name, kind);
  const known = [...found.versions.versions.keys()].join(", ");
  if (number === undefined) {
    throw new FeatstoreError("invalid_selection", `Name the version of "${name}"; it has ${known}.`);
  }
  const version = Number(number);
  if (!found.versions.versions.has(version)) {
    throw new FeatstoreError(
      found.kind === "feature_view" ? "feature_view_version_not_found" : "feature_service_version_not_found",
      `"${name}" has no version ${version}; it has ${known}.`,
    );
  }
  return { ...found, version };
}
