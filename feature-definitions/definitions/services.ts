import { featureService } from "../src/index";
import { analysisActivity } from "./analysis-activity";
import { analyzerConsensus } from "./analyzer-consensus";
import { track } from "./entities";
import { lyricComplexity } from "./lyric-complexity";
import { lyricEmotion } from "./lyric-emotion";
import { lyricSentiment } from "./lyric-sentiment";
import { trackEmbeddings } from "./track-embeddings";
import { trackProfile } from "./track-profile";

export const hitPredictor = featureService({
  name: "hit_predictor",
  version: 1,
  entity: track,
  description: "Inputs of the model that predicts how popular a track will be",
  owner: "content-intelligence",
  features: [
    trackProfile.pick("release_year", "duration_ms", "explicit", "tempo", "energy", "valence", "danceability"),
    lyricSentiment.pick("sentiment", "confidence", "quality", "commercial_potential", "viral_potential", "longevity"),
    lyricEmotion.pick("joy", "love", "sadness", "anger", "fear", "polarity"),
    lyricComplexity.pick("complexity", "words", "type_token_ratio", "readability", "rhyme_density", "repetition"),
    analyzerConsensus.pick("agreement"),
    analysisActivity.pick("analyses_30d", "analyses_90d"),
  ],
});

export const similarTracks = featureService({
  name: "similar_tracks",
  version: 1,
  entity: track,
  description: "What is shown of a track beside those that resemble it",
  owner: "content-intelligence",
  features: [
    trackProfile.pick("title", "artist", "release_year"),
    lyricEmotion.pick("dominant"),
    trackEmbeddings.pick("lyrics"),
  ],
});
