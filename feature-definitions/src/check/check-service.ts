import type { FeatureReference, FeatureService, FeatureView } from "../ir/nodes";
import { checkName, checkVersion, repeated } from "./check-names";
import { nearestName } from "./nearest";
import type { Report } from "./report";

function checkReference(
  report: Report,
  place: string,
  { view: name, version, feature }: FeatureReference,
  views: readonly FeatureView[],
): void {
  const versions = views.filter((view) => view.name === name);
  if (versions.length === 0) {
    const nearest = nearestName(name, new Set(views.map((view) => view.name)));
    report("service_view_unknown", place, { name, nearest });
    return;
  }
  const view = versions.find((candidate) => candidate.version === version);
  if (!view) {
    report("service_version_unknown", place, { name: `${name}@${version}`, versions: versions.map((v) => v.version) });
    return;
  }
  const names = view.features.map((candidate) => candidate.name);
  if (!names.includes(feature)) {
    const nearest = nearestName(feature, names);
    report("service_feature_unknown", place, { name: feature, view: `${name}@${version}`, nearest });
  }
}

/** Checks a service against the views it may pick from. */
export function checkService(report: Report, service: FeatureService, views: readonly FeatureView[]): void {
  checkName(report, "name", service.name);
  checkVersion(report, service.version);
  const { features } = service;
  if (features.length === 0) report("service_without_features", "features", {});
  for (const name of repeated(features.map(({ view, version, feature }) => `${view}@${version}.${feature}`))) {
    report("service_feature_repeated", "features", { name });
  }
  const picked = [...new Set(features.map(({ view, version }) => `${view}@${version}`))];
  for (const name of repeated(picked.map((id) => id.slice(0, id.lastIndexOf("@"))))) {
    report("service_versions_mixed", "features", { name });
  }
  for (const reference of features) {
    checkReference(report, `features.${reference.view}.${reference.feature}`, reference, views);
  }
  for (const view of views) {
    const id = `${view.name}@${view.version}`;
    if (picked.includes(id) && view.entity.name !== service.entity) {
      report("service_entities_mixed", "features", { view: id, found: view.entity.name, expected: service.entity });
    }
  }
}
