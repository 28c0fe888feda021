import { avg, count, days, featureView, latest, type Scalar, when } from "../src/index";
import { track } from "./entities";
import { emotionAnalyses } from "./sources";

type Weight = Scalar<"float64", true, "entity">;

/** True if a weight is at least each of the others. */
function leaderToken(weight: Weight, others: readonly Weight[]) {
  return others.reduce((condition, other) => condition.and(weight.gte(other)), weight.isNotNull().and(weight.gt(0)));
}

export const lyricEmotion = featureView({
  name: "lyric_emotion",
  version: 1,
  entity: track,
  from: emotionAnalyses,
  ttl: days(365),
  owner: "content-intelligence",
  description: "Distribution of emotions over the lyrics by the latest analysis; the six weights sum to 1",
  tags: ["lyrics"],
  features: (a) => {
    const weight = (emotion: string) => a.analysis_data.get("emotions", emotion).float64();
    const joy = latest(weight("joy"));
    const love = latest(weight("love"));
    const surprise = latest(weight("surprise"));
    const sadness = latest(weight("sadness"));
    const anger = latest(weight("anger"));
    const fear = latest(weight("fear"));
    const all = [joy, love, surprise, sadness, anger, fear];
    return {
      joy: joy.describe("Weight of joy").between(0, 1),
      love: love.describe("Weight of love").between(0, 1),
      surprise: surprise.describe("Weight of surprise").between(0, 1),
      sadness: sadness.describe("Weight of sadness").between(0, 1),
      anger: anger.describe("Weight of anger").between(0, 1),
      fear: fear.describe("Weight of fear").between(0, 1),
      dominant: when(leaderToken(joy, all), "joy")
        .when(leaderToken(love, all), "love")
        .when(leaderToken(surprise, all), "surprise")
        .when(leaderToken(sadness, all), "sadness")
        .when(leaderToken(anger, all), "anger")
        .when(leaderToken(fear, all), "fear")
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
      joy_avg: avg(weight("joy")).describe("Mean weight of joy over all analyses").between(0, 1),
      analyses: count().describe("Analyses of the track's emotions"),
    };
  },
});
