import { documentHash, type FeatureService, featuresReadBy, serviceMeaningHash } from "@featstore/definitions/compiler";
import type { RegistrySnapshot, ServiceChange } from "../registry";
import { presentName, withPresentNames } from "../rename-views";
import { rolledBackTo } from "../rolled-back";

/** The causes are those of a refusal; else there are none. */
export interface ServicePlan extends ServiceCauses {
  readonly name: string;
  readonly version: number;
  /** As for a view; `refused`: a registered version would select other features. */
  readonly state: "new" | "new_version" | "unchanged" | "metadata" | "refused";
  /** If refused: the version to use for the change. */
  readonly suggestedVersion: number | null;
  /** If refused: renamed views, `old to new`, whose new names alone would change its column names. */
  readonly renamedViews: readonly string[];
  /** The promoted version if the name is rolled back to it and this newer one waits for `promote`; else null. */
  readonly rolledBackTo: number | null;
}

/** Plans the apply of a service, and what would be written for it. `refusedViews`: those of the plan, `speech_sentiment@1`. */
export function planService(
  service: FeatureService,
  snapshot: RegistrySnapshot,
  refusedViews: ReadonlySet<string>,
): { readonly plan: ServicePlan; readonly change: ServiceChange | null } {
  const { name, version } = service;
  const change = { service, meaningHash: serviceMeaningHash(service), documentHash: documentHash(service) };
  const known = snapshot.featureServices.get(name);
  const registered = known?.versions.get(version);
  const planned = {
    name,
    version,
    suggestedVersion: null,
    renamedViews: [],
    movedViews: [],
    refusedViews: [],
    rolledBackTo: rolledBackTo(version, known),
  };
  if (!registered) return { plan: { ...planned, state: known ? "new_version" : "new" }, change };
  if (serviceMeaningHash(registered.service) !== change.meaningHash) {
    const suggestedVersion = Math.max(...(known?.versions.keys() ?? [])) + 1;
    const renamed = withPresentNames(registered.service, snapshot);
    const isRenamedOnly = serviceMeaningHash(renamed) === change.meaningHash;
    const renamedViews = isRenamedOnly ? renamedViewsOf(registered.service, snapshot) : [];
    const causes = serviceCauses(renamed, service, refusedViews);
    return { plan: { ...planned, ...causes, state: "refused", suggestedVersion, renamedViews }, change: null };
  }
  if (registered.documentHash === change.documentHash) {
    return { plan: { ...planned, state: "unchanged" }, change: null };
  }
  return { plan: { ...planned, state: "metadata" }, change };
}

function renamedViewsOf(service: FeatureService, snapshot: RegistrySnapshot): readonly string[] {
  const names = [...new Set(featuresReadBy(service).map(({ view }) => view))];
  return names.flatMap((view) => {
    const now = presentName(snapshot, view);
    return now === view ? [] : [`${view} to ${now}`];
  });
}

/** The views because of which a service selects other features than as registered. */
interface ServiceCauses {
  /** Views of which it reads another version: `speech_sentiment@1 to speech_sentiment@2`. */
  readonly movedViews: readonly string[];
  /** Views that the same plan refuses, and of which it reads other features: `speech_sentiment@1`. */
  readonly refusedViews: readonly string[];
}

/** Finds the causes. `before` has the present names of views; `refused` has the labels of the refused views. */
function serviceCauses(before: FeatureService, after: FeatureService, refused: ReadonlySet<string>): ServiceCauses {
  const [read, reads] = [labelsOf(before), labelsOf(after)];
  const movedViews = [...read.keys()].flatMap((label) => {
    const [name] = label.split("@");
    const moved = [...reads.keys()].find((other) => other.split("@")[0] === name);
    return reads.has(label) || moved === undefined ? [] : [`${label} to ${moved}`];
  });
  const refusedViews = [...reads].flatMap(([label, features]) =>
    refused.has(label) && read.get(label) !== features ? [label] : [],
  );
  return { movedViews, refusedViews };
}

/** The features that a service reads, as one text for each version of a view. */
function labelsOf(service: FeatureService): ReadonlyMap<string, string> {
  const features = new Map<string, readonly string[]>();
  for (const { view, version, feature } of featuresReadBy(service)) {
    const label = `${view}@${version}`;
    features.set(label, [...(features.get(label) ?? []), feature]);
  }
  return new Map([...features].map(([label, names]) => [label, [...names].sort().join()]));
}
