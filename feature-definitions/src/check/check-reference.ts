import type { Feature, FeatureReference, FeatureService, FeatureView } from "../ir/nodes";
import { nearestName } from "./nearest";
import type { Report } from "./report";

/** The view and feature that a reference names. */
export interface FoundFeature {
  readonly view: FeatureView;
  readonly feature: Feature;
}

/** Returns the feature that a reference names; undefined, with a diagnostic, if there is none. */
export function findFeature(
  report: Report,
  path: string,
  { view: name, version, feature }: FeatureReference,
  views: readonly FeatureView[],
): FoundFeature | undefined {
  const versions = views.filter((view) => view.name === name);
  if (versions.length === 0) {
    const nearest = nearestName(name, new Set(views.map((view) => view.name)));
    report("service_view_unknown", path, { name, nearest });
    return undefined;
  }
  const view = versions.find((candidate) => candidate.version === version);
  if (!view) {
    report("service_version_unknown", path, { name: `${name}@${version}`, versions: versions.map((v) => v.version) });
    return undefined;
  }
  const found = view.features.find((candidate) => candidate.name === feature);
  if (found) return { view, feature: found };
  const names = view.features.map((candidate) => candidate.name);
  const nearest = nearestName(feature, names);
  report("service_feature_unknown", path, { name: feature, view: `${name}@${version}`, nearest });
  return undefined;
}

function checkEntity(report: Report, path: string, { view }: FoundFeature, expected: string): void {
  if (view.entity.name === expected) return;
  report("service_entities_mixed", path, {
    view: `${view.name}@${view.version}`,
    found: view.entity.name,
    expected,
  });
}

/** Checks that the feature that joins a view holds the key of the view's entity. */
function checkThrough(
  report: Report,
  path: string,
  { view }: FoundFeature,
  through: FeatureReference,
  { service, views }: { readonly service: FeatureService; readonly views: readonly FeatureView[] },
): void {
  const id = `${view.name}@${view.version}`;
  if (through.through !== undefined) report("service_through_nested", path, { name: id });
  const holder = findFeature(report, path, through, views);
  const [key, ...others] = view.entity.key;
  if (others.length > 0) {
    report("service_through_composite", path, { view: id, key: view.entity.key.map(({ name }) => name) });
  }
  if (!holder) return;
  checkEntity(report, path, holder, service.entity);
  const { type } = holder.feature;
  if (others.length === 0 && key !== undefined && key.type !== type) {
    const name = `${through.view}.${through.feature}`;
    report("service_through_type", path, { name, found: type, view: id, expected: key.type });
  }
}

/** Checks a reference of a service and returns the feature that it names, if there is one. */
export function checkReference(
  report: Report,
  reference: FeatureReference,
  context: { readonly service: FeatureService; readonly views: readonly FeatureView[] },
): FoundFeature | undefined {
  const path = `features.${reference.view}.${reference.feature}`;
  const found = findFeature(report, path, reference, context.views);
  if (!found) return undefined;
  if (reference.through === undefined) checkEntity(report, "features", found, context.service.entity);
  else checkThrough(report, path, found, reference.through, context);
  return found;
}
