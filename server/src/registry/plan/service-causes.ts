import { type FeatureService, featuresReadBy } from "@featstore/definitions/compiler";

/** The views because of which a service selects other features than as registered. */
export interface ServiceCauses {
  /** Views of which it reads another version: `speech_sentiment@1 to speech_sentiment@2`. */
  readonly movedViews: readonly string[];
  /** Views that the same plan refuses, and of which it reads other features: `speech_sentiment@1`. */
  readonly refusedViews: readonly string[];
}

/** Finds the causes. `before` has the present names of views; `refused` has the labels of the refused views. */
export function serviceCauses(
  before: FeatureService,
  after: FeatureService,
  refused: ReadonlySet<string>,
): ServiceCauses {
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
