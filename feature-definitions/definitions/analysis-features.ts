/** Features that follow from any analyses of texts: the definitions here and those of the sample use them. */
import { avg, count, days, latest, max, min, type Scalar, type Typed, when } from "../src/index";

/** The three labels on which analyzers agree; their spelling differs, and any other label is null. */
export function sentimentLabel(sentiment: Scalar<"string", true, "row">): Scalar<"string", true, "row"> {
  const label = sentiment.trim().lower();
  return when(label.eq("positive"), "positive")
    .when(label.eq("neutral"), "neutral")
    .when(label.eq("negative"), "negative")
    .end();
}

/** Features of the sentiment of a text, from analyses with a label and a confidence. */
export function sentimentFeatures(sentiment: Scalar<"string", true, "row">, confidence: Typed<"float64", true, "row">) {
  const label = sentimentLabel(sentiment);
  return {
    sentiment: latest(label)
      .describe("Sentiment by the latest analysis; null where its label is none of the three")
      .oneOf("positive", "neutral", "negative"),
    confidence: latest(confidence).describe("How sure the latest analysis is").between(0, 1),
    confidence_avg_90d: avg(confidence).over(days(90)).describe("Mean confidence of 90 days").between(0, 1),
    positive_share: count()
      .where(label.eq("positive"))
      .dividedBy(count(label))
      .describe("Share of positive among all analyses with a label")
      .between(0, 1),
    analyses_90d: count().over(days(90)).describe("Analyses of the last 90 days"),
  };
}

type Weight = Scalar<"float64", true, "entity">;

/** True if a weight is positive and at least each of the others. */
function isLargest(weight: Weight, all: readonly Weight[]) {
  return all.reduce((condition, other) => condition.and(weight.gte(other)), weight.isNotNull().and(weight.gt(0)));
}

/** The weights of six emotions, an object in the document `emotions`, by the latest analysis. */
export function emotionFeatures(emotions: (name: string) => Typed<"float64", true, "row">) {
  const weight = (name: string) => latest(emotions(name));
  const [joy, love, surprise] = [weight("joy"), weight("love"), weight("surprise")];
  const [sadness, anger, fear] = [weight("sadness"), weight("anger"), weight("fear")];
  const all = [joy, love, surprise, sadness, anger, fear];
  return {
    joy: joy.describe("Weight of joy").between(0, 1),
    love: love.describe("Weight of love").between(0, 1),
    surprise: surprise.describe("Weight of surprise").between(0, 1),
    sadness: sadness.describe("Weight of sadness").between(0, 1),
    anger: anger.describe("Weight of anger").between(0, 1),
    fear: fear.describe("Weight of fear").between(0, 1),
    dominant: when(isLargest(joy, all), "joy")
      .when(isLargest(love, all), "love")
      .when(isLargest(surprise, all), "surprise")
      .when(isLargest(sadness, all), "sadness")
      .when(isLargest(anger, all), "anger")
      .when(isLargest(fear, all), "fear")
      .end()
      .describe("Emotion with the largest weight; null where a weight is missing")
      .oneOf("joy", "love", "surprise", "sadness", "anger", "fear"),
    polarity: joy
      .plus(love)
      .minus(sadness)
      .minus(anger)
      .minus(fear)
      .describe("Joy and love less sadness, anger and fear")
      .between(-1, 1),
    joy_avg: avg(emotions("joy")).describe("Mean weight of joy over all analyses").between(0, 1),
  };
}

/** Counts and ratios of a text by rules, from the latest analysis. */
export function wordFeatures(details: Scalar<"json", true, "row">) {
  return {
    words: latest(details.get("words").int32()).describe("Words").unit("words"),
    unique_words: latest(details.get("unique_words").int32()).describe("Different words").unit("words"),
    type_token_ratio: latest(details.get("ttr").float64())
      .describe("Different words as a share of all words")
      .between(0, 1),
    readability: latest(details.get("readability").float64()).describe("Readability; larger reads more easily"),
    repetition: latest(details.get("repetition").float64()).describe("Share of repeated text").between(0, 1),
  };
}

/** How much and how lately something was analysed. */
export function activityFeatures(
  analyzedAt: Typed<"timestamp", boolean, "row">,
  confidence: Typed<"float64", true, "row">,
) {
  return {
    analyses_total: count().describe("Analyses ever"),
    analyses_90d: count().over(days(90)).describe("Analyses of the last 90 days"),
    confidence_avg: avg(confidence).describe("Mean confidence of all analyses").between(0, 1),
    first_analyzed_at: min(analyzedAt).describe("When the first analysis was made"),
    last_analyzed_at: max(analyzedAt).describe("When the last analysis was made"),
  };
}

/** The embedding of a text in the space of all-MiniLM-L6-v2. */
export function textEmbedding(embedding: Typed<"vector(384)", true, "row">) {
  return latest(embedding).space("minilm-l6-v2", { metric: "cosine" });
}
