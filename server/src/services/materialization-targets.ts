import { featuresReadBy } from "@featstore/definitions";
import { FeatstoreError } from "../errors";
import type { RegisteredView, RegistrySnapshot, Versions } from "../stores/registry";
import { presentName } from "./rename-views";
import { successorOf } from "./resolve-selection";
import { suggest } from "./suggest";

/**
 * The view versions that a materialization is about.
 *
 * By name: `lyric_sentiment` is the version that waits to take over, or else the promoted one; `lyric_sentiment@2` that
 * version. Without names: every version that an unpinned name means or is about to mean, or that any service reads.
 *
 * @throws FeatstoreError `feature_view_not_found`, `feature_view_version_not_found`, `feature_view_retired`
 */
export function materializationTargets(
  snapshot: RegistrySnapshot,
  names: readonly string[] | undefined,
): readonly RegisteredView[] {
  const targets = names === undefined ? servedTargets(snapshot) : names.map((name) => namedTarget(snapshot, name));
  return [...new Set(targets)];
}

/**
 * The version that takes the place of a promoted one as soon as it is published, so that computing the promoted one as well
 * is of no use; undefined where there is none, or where a service reads the promoted one.
 */
export function successorInWaiting(
  snapshot: RegistrySnapshot,
  { view: { name, version } }: RegisteredView,
): RegisteredView | undefined {
  const versions = snapshot.featureViews.get(name);
  if (versions === undefined || versions.next === null || versions.promoted !== version) return undefined;
  return readByServices(snapshot).has(`${name}@${version}`) ? undefined : versions.versions.get(versions.next);
}

/** A superseded service goes on being read by the models that pin it, and nothing in its answers would say it is old. */
function readByServices(snapshot: RegistrySnapshot): ReadonlySet<string> {
  const services = [...snapshot.featureServices.values()].flatMap(({ versions }) => [...versions.values()]);
  const references = services.flatMap(({ service }) => featuresReadBy(service));
  return new Set(references.map(({ view, version }) => `${presentName(snapshot, view)}@${version}`));
}

function servedTargets(snapshot: RegistrySnapshot): readonly RegisteredView[] {
  const wanted = new Set(readByServices(snapshot));
  for (const [name, versions] of snapshot.featureViews) {
    for (const version of meant(versions)) wanted.add(`${name}@${version}`);
  }
  return [...snapshot.featureViews.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .filter(({ view, state }) => state !== "retired" && wanted.has(`${view.name}@${view.version}`));
}

function meant({ promoted, next }: Versions<unknown>): readonly number[] {
  return next === null ? [promoted] : [promoted, next];
}

function namedTarget(snapshot: RegistrySnapshot, reference: string): RegisteredView {
  const [name = "", pinned] = reference.split("@");
  const versions = snapshot.featureViews.get(presentName(snapshot, name));
  if (versions === undefined) {
    throw new FeatstoreError(
      "feature_view_not_found",
      `There is no feature view "${name.slice(0, 80)}"${suggest(name, snapshot.featureViews.keys()) || "."}`,
    );
  }
  const version = pinned === undefined ? (versions.next ?? versions.promoted) : Number(pinned);
  const registered = versions.versions.get(version);
  if (registered === undefined) {
    const known = [...versions.versions.keys()].join(", ");
    throw new FeatstoreError(
      "feature_view_version_not_found",
      `"${name}" has no version "${pinned?.slice(0, 20)}"; there are: ${known}.`,
    );
  }
  if (registered.state === "retired") {
    const successor = successorOf(registered, versions);
    throw new FeatstoreError(
      "feature_view_retired",
      `"${name}@${version}" is retired${successor === null ? "" : `; "${successor}" took its place`}.`,
    );
  }
  return registered;
}
