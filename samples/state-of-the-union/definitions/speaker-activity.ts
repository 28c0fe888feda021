import { activityFeatures } from "../../../feature-definitions/definitions/analysis-features";
import { featureView } from "../../../feature-definitions/src/index";
import { speaker } from "./entities";
import { speakerAnalyses } from "./sources";

export const speakerActivity = featureView({
  name: "speaker_activity",
  version: 1,
  entity: speaker,
  from: speakerAnalyses,
  owner: "samples",
  description: "How often and how lately a president's speeches were analysed, by any analyzer",
  tags: ["speakers", "operations"],
  features: (a) => activityFeatures(a.analyzed_at, a.confidence),
});
