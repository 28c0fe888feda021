import { avg, count, countDistinct, days, featureView, latest, max, min } from "../src/index";
import { track } from "./entities";
import { analyses } from "./sources";

export const analysisActivity = featureView({
  name: "analysis_activity",
  version: 1,
  entity: track,
  from: analyses,
  owner: "platform",
  description: "How much and how lately a track was analysed, by any analyzer",
  tags: ["operations"],
  features: (a) => ({
    analyses_7d: count().over(days(7)).describe("Analyses of the last 7 days"),
    analyses_30d: count().over(days(30)).describe("Analyses of the last 30 days"),
    analyses_90d: count().over(days(90)).describe("Analyses of the last 90 days"),
    analyses_total: count().describe("Analyses ever"),
    analyzers_90d: countDistinct(a.analyzer_type).over(days(90)).describe("Different analyzers of the last 90 days"),
    analyzers_total: countDistinct(a.analyzer_type).describe("Different analyzers ever"),
    model_versions: countDistinct(a.model_version).describe("Different versions of models ever"),
    first_analyzed_at: min(a.created_at).describe("When the first analysis was made"),
    last_analyzed_at: max(a.created_at).describe("When the last analysis was made"),
    last_analyzer: latest(a.analyzer_type).describe("Who made the last analysis"),
    processing_time_avg_30d: avg(a.processing_time_ms)
      .over(days(30))
      .describe("Mean time that an analysis of the last 30 days took")
      .unit("milliseconds"),
  }),
});
