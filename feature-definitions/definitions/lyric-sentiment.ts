import { days, featureView, latest } from "../src/index";
import { sentimentFeatures } from "./analysis-features";
import { track } from "./entities";
import { sentimentAnalyses } from "./sources";

export const lyricSentiment = featureView({
  name: "lyric_sentiment",
  version: 1,
  entity: track,
  from: sentimentAnalyses,
  ttl: days(365),
  owner: "content-intelligence",
  description: "Sentiment and quality of the lyrics, as the analyzers that judge sentiment see them",
  tags: ["lyrics"],
  features: (a) => ({
    ...sentimentFeatures(a.sentiment, a.confidence),
    // Only language models judge these: an analyzer without an opinion must not hide the latest one.
    quality: latest(a.analysis_data.get("quality_score").float64())
      .ignoreNulls()
      .describe("Quality by the latest analysis that judges it")
      .between(0, 1),
    commercial_potential: latest(a.analysis_data.get("commercial_potential").float64())
      .ignoreNulls()
      .describe("Commercial potential by the latest analysis that judges it")
      .between(0, 1),
    viral_potential: latest(a.analysis_data.get("viral_potential").float64())
      .ignoreNulls()
      .describe("Viral potential by the latest analysis that judges it")
      .between(0, 1),
    longevity: latest(a.analysis_data.get("longevity").float64())
      .ignoreNulls()
      .describe("Expected longevity by the latest analysis that judges it")
      .between(0, 1),
    mood: latest(a.analysis_data.get("mood").string())
      .ignoreNulls()
      .describe("Mood in one word, as the analyzer says it"),
    style: latest(a.analysis_data.get("style").string()).ignoreNulls().describe("Style, as the analyzer says it"),
  }),
});
