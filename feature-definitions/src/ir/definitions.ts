import type { Dataset } from "./dataset";
import type { FeatureService, FeatureView } from "./nodes";

/** All definitions that `apply` takes at once. */
export interface Definitions {
  readonly featureViews: readonly FeatureView[];
  readonly featureServices: readonly FeatureService[];
  /** Absent if there are none. */
  readonly datasets?: readonly Dataset[];
}
