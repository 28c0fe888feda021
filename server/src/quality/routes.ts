import type { Route } from "../http/index";
import type { ProfileReader } from "./profile-reader";
import { readFeatureViewDrift, readFeatureViewDriftContract } from "./read-feature-view-drift.route";
import { readFeatureViewProfile, readFeatureViewProfileContract } from "./read-feature-view-profile.route";

export interface QualityServices {
  readonly profiles: ProfileReader;
}

export const qualityRoutes: readonly Route<QualityServices>[] = [
  {
    contract: readFeatureViewProfileContract,
    scope: "registry:read",
    handler: ({ profiles }) => readFeatureViewProfile(profiles),
  },
  {
    contract: readFeatureViewDriftContract,
    scope: "registry:read",
    handler: ({ profiles }) => readFeatureViewDrift(profiles),
  },
];
