import { cosineSimilarity, date, featureService, vector } from "../src/index";
import { analysisActivity } from "./analysis-activity";
import { analyzerConsensus } from "./analyzer-consensus";
import { artistActivity } from "./artist-activity";
import { artistProfile } from "./artist-profile";
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

export const trackSearch = featureService({
  name: "track_search",
  version: 1,
  entity: track,
  description: "What a search ranks tracks by: how near they are to the query, how good and how old",
  owner: "content-intelligence",
  features: [
    trackProfile.pick("title", "artist", "release_year"),
    lyricSentiment.pick("quality"),
    trackEmbeddings.pick("lyrics"),
  ],
  inputs: {
    today: { type: date(), description: "The day on which is searched" },
    query: { type: vector(384).nullable(), description: "Embedding of the query in the space minilm-l6-v2" },
  },
  computed: ({ track_profile, lyric_sentiment, track_embeddings }, { today, query }) => {
    const similarity = cosineSimilarity(track_embeddings.lyrics, query);
    return {
      similarity: similarity.describe("How near the lyrics are to the query").between(-1, 1).default(0),
      relevance: similarity
        .times(lyric_sentiment.quality)
        .describe("Nearness to the query, less where the lyrics are judged to be poor")
        .between(-1, 1)
        .default(0),
      age: today.year().minus(track_profile.release_year).describe("Years since the release").unit("years"),
    };
  },
});

const performer = trackProfile.feature("artist");

export const newTrackScout = featureService({
  name: "new_track_scout",
  version: 1,
  entity: track,
  description: "What is known of a track that was hardly analysed: itself, and what its artist's other tracks are like",
  owner: "content-intelligence",
  features: [
    trackProfile.pick("release_year", "tempo", "energy", "valence"),
    artistProfile
      .through(performer)
      .pick("tracks", "first_release_year", "popularity_avg", "energy_avg", "valence_avg"),
    artistActivity.through(performer).pick("analyses_total", "analyses_90d", "confidence_avg"),
  ],
});

export const contentIntelligence = featureService({
  name: "content_intelligence",
  version: 1,
  entity: track,
  description: "What the dataset of the same name publishes: values that our analyzers derived",
  owner: "content-intelligence",
  features: [
    trackProfile.pick("title", "artist", "release_year", "lyrics_length"),
    lyricSentiment.pick("sentiment", "confidence", "mood", "style"),
    lyricEmotion.pick("joy", "love", "surprise", "sadness", "anger", "fear", "dominant", "polarity"),
    lyricComplexity.pick(
      ...(["complexity", "words", "unique_words", "type_token_ratio", "readability"] as const),
      ...(["rhyme_density", "syllables_per_line", "repetition"] as const),
    ),
    analyzerConsensus.pick("analyzers", "agreement"),
    trackEmbeddings.pick("lyrics"),
  ],
});
