import { canonicalJson } from "../ir/canonical";
import type { FeatureReference, FeatureService, FeatureView, ServiceInput } from "../ir/nodes";
import { featureColumnName } from "../ir/service-columns";
import { featuresReadBy } from "../ir/service-reads";
import { checkComputed } from "./check-computed";
import { checkName, checkVersion, repeated } from "./check-names";
import { checkVectorType } from "./check-operands";
import { checkReference, type FoundFeature } from "./check-reference";
import type { Report } from "./report";

/** Checks that a service lists no feature twice, and that it reads each view in one version and in one
 * way: directly, or through one key. */
function checkPaths(report: Report, service: FeatureService): void {
  const { features } = service;
  for (const name of repeated(features.map(({ view, version, feature }) => `${view}@${version}.${feature}`))) {
    report("service_feature_repeated", "features", { name });
  }
  const versions = new Set(featuresReadBy(service).map(({ view, version }) => JSON.stringify([view, version])));
  const viewOf = (pair: string): string => String(JSON.parse(pair)[0]);
  for (const name of repeated([...versions].map(viewOf))) report("service_versions_mixed", "features", { name });
  const pathOf = ({ view, through }: FeatureReference): string =>
    JSON.stringify([view, canonicalJson(through ?? null)]);
  for (const name of repeated([...new Set(features.map(pathOf))].map(viewOf))) {
    report("service_view_reached_twice", "features", { name });
  }
}

/** Checks a service with the views that it may pick from. */
export function checkService(report: Report, service: FeatureService, views: readonly FeatureView[]): void {
  checkName(report, "name", service.name);
  checkVersion(report, service.version);
  const { features, inputs = [], computed = [] } = service;
  if (features.length === 0) report("service_without_features", "features", {});
  checkPaths(report, service);
  const found = new Map<string, FoundFeature | undefined>();
  for (const reference of features) {
    found.set(featureColumnName(reference), checkReference(report, reference, { service, views }));
  }
  checkInputs(report, inputs);
  checkComputed(report, computed, { features: found, inputs });
}

/** Checks the inputs that a service declares. */
function checkInputs(report: Report, inputs: readonly ServiceInput[]): void {
  for (const name of repeated(inputs.map((input) => input.name))) report("input_duplicate", `inputs.${name}`, { name });
  for (const { name, type } of inputs) {
    checkName(report, `inputs.${name}`, name);
    checkVectorType(report, `inputs.${name}`, type);
  }
}
