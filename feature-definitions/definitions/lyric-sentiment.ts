import { avg, count, days, featureView, latest } from "../src/index";
import { track } from "./entities";
import { sentimentLabel } from "./sentiment-label";
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
    sentiment: latest(sentimentLabel(a.sentiment))
      .describe("Sentiment by the latest analysis; null where its label is none of the three")
      .oneOf("positive", "neutral", "negative"),
    confidence: latest(a.confidence).describe("How sure the latest analysis is").between(0, 1),
    confidence_avg_90d: avg(a.confidence).over(days(90)).describe("Mean confidence of 90 days").between(0, 1),
    positive_share: count()
      .where(sentimentLabel(a.sentiment).eq("positive"))
      .dividedBy(count(sentimentLabel(a.sentiment)))
      .describe("Share of positive among all analyses with a label")
      .between(0, 1),
    analyses_90d: count().over(days(90)).describe("Analyses of the last 90 days"),
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
