import { sentimentFeatures } from "../../../feature-definitions/definitions/analysis-features";
import { days, featureView } from "../../../feature-definitions/src/index";
import { speech } from "./entities";
import { sentimentAnalyses } from "./sources";

export const speechSentiment = featureView({
  name: "speech_sentiment",
  version: 1,
  entity: speech,
  from: sentimentAnalyses,
  ttl: days(365),
  owner: "samples",
  description: "Whether the words of a speech are positive, compared with those of all speeches",
  tags: ["text"],
  features: (a) => sentimentFeatures(a.sentiment, a.confidence),
});
