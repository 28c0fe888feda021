import { featuresReadBy } from "@featstore/definitions/compiler";
import {
  findVersion,
  findView,
  presentName,
  type RegisteredView,
  type RegistrySnapshot,
  splitReference,
  type Versions,
} from "../registry/index";

/**
 * Returns the view versions to materialize.
 *
 * By name: `speech_sentiment` is the version that waits to take over, else the promoted one; `speech_sentiment@2` is that
 * version. Without names: every version that an unpinned name refers to or will refer to, and every version that a
 * service reads.
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
 * Returns the version that replaces a promoted one as soon as it is published, so that computing the promoted one as
 * well is useless. Undefined if there is none, or if a service reads the promoted one.
 */
export function successorInWaiting(
  snapshot: RegistrySnapshot,
  { view: { name, version } }: RegisteredView,
): RegisteredView | undefined {
  const versions = snapshot.featureViews.get(name);
  if (versions === undefined || versions.next === null || versions.promoted !== version) return undefined;
  return readByServices(snapshot).has(`${name}@${version}`) ? undefined : versions.versions.get(versions.next);
}

/**
 * Includes superseded services: models that pin them keep reading them, and nothing in the responses would show that
 * the values are stale.
 */
function readByServices(snapshot: RegistrySnapshot): ReadonlySet<string> {
  const services = [...snapshot.featureServices.values()].flatMap(({ versions }) => [...versions.values()]);
  const references = services.flatMap(({ service }) => featuresReadBy(service));
  return new Set(references.map(({ view, version }) => `${presentName(snapshot, view)}@${version}`));
}

function servedTargets(snapshot: RegistrySnapshot): readonly RegisteredView[] {
  const labels = new Set(readByServices(snapshot));
  for (const [name, versions] of snapshot.featureViews) {
    for (const version of meant(versions)) labels.add(`${name}@${version}`);
  }
  return [...snapshot.featureViews.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .filter(({ view, state }) => state !== "retired" && labels.has(`${view.name}@${view.version}`));
}

function meant({ promoted, next }: Versions<unknown>): readonly number[] {
  return next === null ? [promoted] : [promoted, next];
}

function namedTarget(snapshot: RegistrySnapshot, reference: string): RegisteredView {
  const [name, version] = splitReference(reference);
  const present = presentName(snapshot, name);
  const { next } = findView(snapshot, present);
  return findVersion(snapshot, present, version ?? (next === null ? undefined : String(next)));
}
