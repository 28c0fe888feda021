import { count, days, featureView } from "../src/index";
import { emotionFeatures } from "./analysis-features";
import { track } from "./entities";
import { emotionAnalyses } from "./sources";

export const lyricEmotion = featureView({
  name: "lyric_emotion",
  version: 1,
  entity: track,
  from: emotionAnalyses,
  ttl: days(365),
  owner: "content-intelligence",
  description: "Distribution of emotions over the lyrics by the latest analysis; the six weights sum to 1",
  tags: ["lyrics"],
  features: (a) => ({
    ...emotionFeatures((name) => a.analysis_data.get("emotions", name).float64()),
    analyses: count().describe("Analyses of the track's emotions"),
  }),
});
