import { avg, count, days, featureView } from "../src/index";
import { activityFeatures } from "./analysis-features";
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
  features: (a) => {
    const { analyses_total, analyses_90d, confidence_avg, ...times } = activityFeatures(a.created_at, a.confidence);
    return {
      analyses_total,
      analyses_30d: count().over(days(30)).describe("Analyses of the last 30 days"),
      analyses_90d,
      confidence_avg,
      confidence_avg_90d: avg(a.confidence).over(days(90)).describe("Mean confidence of 90 days").between(0, 1),
      complexity_avg: avg(a.complexity_score).describe("Mean complexity of the language, 1 is most complex"),
      ...times,
    };
  },
});
