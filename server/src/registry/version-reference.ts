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

/** Splits `speech_sentiment@2` into its name and the text of its version. */
export function splitReference(reference: string): readonly [name: string, version: string | undefined] {
  const at = reference.indexOf("@");
  return at < 0 ? [reference, undefined] : [reference.slice(0, at), reference.slice(at + 1)];
}

/**
 * Finds a version by the text of its number, which has no sign, leading zero, point or exponent.
 *
 * @throws FeatstoreError `feature_view_version_not_found`, `feature_service_version_not_found`
 */
export function numberedVersion<Registered>(
  {
    kind,
    name,
    versions,
  }: { readonly kind: DefinitionKind; readonly name: string } & Pick<Versions<Registered>, "versions">,
  version: string,
): Registered {
  const found = /^[1-9][0-9]{0,8}$/.test(version) ? versions.get(Number(version)) : undefined;
  if (found !== undefined) return found;
  const what = kind === "feature_view" ? "Feature view" : "Feature service";
  throw new FeatstoreError(
    `${kind}_version_not_found`,
    `${what} "${name}" has no version "${version.slice(0, 40)}"; it has ${[...versions.keys()].join(", ")}.`,
  );
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
  const [name, version] = splitReference(text);
  const found = namedVersions(snapshot, name, kind);
  const { versions } = found.versions;
  if (version === undefined) {
    throw new FeatstoreError(
      "invalid_selection",
      `Name the version of "${name}"; it has ${[...versions.keys()].join(", ")}.`,
    );
  }
  numberedVersion({ kind: found.kind, name, versions }, version);
  return { ...found, version: Number(version) };
}
