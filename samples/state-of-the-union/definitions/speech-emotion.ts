import { emotionFeatures } from "../../../feature-definitions/definitions/analysis-features";
import { count, days, featureView } from "../../../feature-definitions/src/index";
import { speech } from "./entities";
import { emotionAnalyses } from "./sources";

export const speechEmotion = featureView({
  name: "speech_emotion",
  version: 1,
  entity: speech,
  from: emotionAnalyses,
  ttl: days(365),
  owner: "samples",
  description: "Emotions that the words of a speech express, as shares that sum to 1",
  tags: ["text"],
  features: (a) => ({
    ...emotionFeatures((name) => a.details.get("emotions", name).float64()),
    analyses: count().describe("Analyses of the emotions in the speech"),
  }),
});
