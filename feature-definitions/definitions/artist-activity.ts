import { avg, count, days, featureView, max, min } from "../src/index";
import { artist } from "./entities";
import { artistAnalyses } from "./sources";

export const artistActivity = featureView({
  name: "artist_activity",
  version: 1,
  entity: artist,
  from: artistAnalyses,
  owner: "platform",
  description: "How much and how lately an artist's tracks were analysed, by any analyzer",
  tags: ["artists", "operations"],
  features: (a) => ({
    analyses_total: count().describe("Analyses ever"),
    analyses_30d: count().over(days(30)).describe("Analyses of the last 30 days"),
    analyses_90d: count().over(days(90)).describe("Analyses of the last 90 days"),
    confidence_avg: avg(a.confidence).describe("Mean confidence of all analyses").between(0, 1),
    confidence_avg_90d: avg(a.confidence).over(days(90)).describe("Mean confidence of 90 days").between(0, 1),
    complexity_avg: avg(a.complexity_score).describe("Mean complexity of the language, 1 is most complex"),
    first_analyzed_at: min(a.created_at).describe("When the first analysis was made"),
    last_analyzed_at: max(a.created_at).describe("When the last analysis was made"),
  }),
});
