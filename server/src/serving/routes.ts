import type { Route } from "../http/index";
import type { FeatureReader } from "./features";
import { readFeatures, readFeaturesContract } from "./read-features.route";
import { readFeaturesBatch, readFeaturesBatchContract } from "./read-features-batch.route";

export interface FeatureServices {
  readonly features: FeatureReader;
}

/** Single reads; the server answers them without the router. */
export const singleReadRoute: Route<FeatureServices> = {
  contract: readFeaturesContract,
  scope: "features:read",
  handler: ({ features }) => readFeatures(features),
};

export const featureRoutes: readonly Route<FeatureServices>[] = [
  singleReadRoute,
  {
    contract: readFeaturesBatchContract,
    scope: "features:read",
    handler: ({ features }) => readFeaturesBatch(features),
  },
];
