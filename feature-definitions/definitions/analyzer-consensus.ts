import { count, countDistinct, days, featureView, latest, stddev, when } from "../src/index";
import { sentimentLabel } from "./analysis-features";
import { track } from "./entities";
import { sentimentAnalyses } from "./sources";

export const analyzerConsensus = featureView({
  name: "analyzer_consensus",
  version: 1,
  entity: track,
  from: sentimentAnalyses,
  ttl: days(365),
  owner: "content-intelligence",
  description: "Whether the analyzers that judge sentiment agree on a track",
  tags: ["lyrics", "quality"],
  features: (a) => {
    const label = sentimentLabel(a.sentiment);
    const labelled = count(label);
    const positive = count().where(label.eq("positive"));
    const neutral = count().where(label.eq("neutral"));
    const negative = count().where(label.eq("negative"));
    const qwen = latest(label).where(a.analyzer_type.eq("qwen-3-4b-fp8"));
    const gemma = latest(label).where(a.analyzer_type.eq("gemma-3-27b-it"));
    return {
      analyzers: countDistinct(a.analyzer_type).describe("Analyzers that judged the track"),
      labels: countDistinct(label).describe("Different sentiments they found; 1 is full agreement").between(0, 3),
      agreement: when(positive.gte(neutral).and(positive.gte(negative)), positive.dividedBy(labelled))
        .when(neutral.gte(negative), neutral.dividedBy(labelled))
        .otherwise(negative.dividedBy(labelled))
        .describe("Share of analyses with the most frequent sentiment; null without any")
        .between(0, 1),
      confidence_spread: stddev(a.confidence).describe(
        "Standard deviation of their confidence; null for fewer than two",
      ),
      qwen_gemma_agree: qwen
        .eq(gemma)
        .describe("Whether the two large models found the same last; null unless both did"),
    };
  },
});
