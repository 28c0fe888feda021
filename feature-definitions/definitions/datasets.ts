import { coalesce, dataset, when } from "../src/index";
import { contentIntelligence } from "./services";

/** The derived features of all tracks. Lyrics and Spotify's values are left out: others have the rights to them. */
export const contentIntelligenceDataset = dataset({
  name: "content_intelligence",
  from: contentIntelligence,
  title: "Content intelligence: what lyrics express, derived from their texts",
  purpose:
    "To study sentiment, emotion and complexity of lyrics, and to train and compare models on them, without the lyrics themselves.",
  provenance: [
    "Lyrics as the store's table of tracks has them; they are not published",
    "Analyses by language models, classifiers and rules, as the store's table of analyses has them",
  ],
  method:
    "Each value is that of the latest analysis which judges it; the shipped feature views have the definitions. Emotions are weights that sum to 1. The embedding is the normalised mean over the parts of a text, by all-MiniLM-L6-v2.",
  gaps: [
    "Lyrics are left out: their authors have the rights to them.",
    "Popularity, audio features and other values of Spotify are left out: its terms do not allow others to publish them.",
    "Analyses are not validated against human judgement, and most analyzers know today's English best.",
  ],
  licence: "CC-BY-4.0",
  authors: ["Content Intelligence"],
  cadence: "Once a month",
  contact: "content-intelligence@example.org",
  owner: "content-intelligence",
  tags: ["lyrics", "music", "sentiment-analysis"],
  clean: { missing: ["", "n/a", "none", "unknown"] },
  columns: ({
    track_profile: profile,
    lyric_sentiment: sentiment,
    lyric_emotion: emotion,
    lyric_complexity: complexity,
    analyzer_consensus: consensus,
    track_embeddings: embeddings,
  }) => ({
    title: profile.title.describe("Title of the track"),
    artist: profile.artist.describe("Who performs it"),
    release_year: profile.release_year.describe("Year of the release"),
    lyrics_length: profile.lyrics_length.describe("Length of the lyrics").unit("characters"),
    sentiment: sentiment.sentiment.describe("Sentiment by the latest analysis: positive, neutral or negative"),
    confidence: sentiment.confidence.describe("How sure that analysis is, 0 to 1"),
    mood: sentiment.mood.describe("Mood in one word, as the analyzer says it"),
    style: sentiment.style.describe("Style, as the analyzer says it"),
    joy: emotion.joy.describe("Weight of joy, 0 to 1"),
    love: emotion.love.describe("Weight of love, 0 to 1"),
    surprise: emotion.surprise.describe("Weight of surprise, 0 to 1"),
    sadness: emotion.sadness.describe("Weight of sadness, 0 to 1"),
    anger: emotion.anger.describe("Weight of anger, 0 to 1"),
    fear: emotion.fear.describe("Weight of fear, 0 to 1"),
    emotion: emotion.dominant.describe("Emotion with the largest weight"),
    polarity: emotion.polarity.describe("Joy and love less sadness, anger and fear, -1 to 1"),
    complexity: complexity.complexity.describe("Complexity of the language, by rules; larger is more complex"),
    words: complexity.words.describe("Length of the lyrics, in words"),
    unique_words: complexity.unique_words.describe("Size of their vocabulary").unit("words"),
    type_token_ratio: complexity.type_token_ratio.describe("Different words as a share of all words"),
    readability: complexity.readability.describe("Flesch's reading ease; larger reads more easily"),
    rhyme_density: complexity.rhyme_density.describe("Share of rhymes, 0 to 1"),
    syllables_per_line: complexity.syllables_per_line.describe("Mean length of a line").unit("syllables"),
    repetition: complexity.repetition.describe("Share of repeated text, 0 to 1"),
    analyzers: consensus.analyzers.describe("How many analyzers judged the sentiment"),
    agreement: consensus.agreement.describe("Share of analyses with the most frequent sentiment, 0 to 1"),
    embedding: embeddings.lyrics.describe("Meaning of the lyrics: all-MiniLM-L6-v2, normalised"),
  }),
  quality: {
    score: (column) =>
      coalesce(column.confidence, 0)
        .times(0.375)
        .plus(coalesce(column.agreement, 0).times(0.25))
        .plus(when(column.emotion.isNotNull(), 0.125).otherwise(0))
        .plus(when(column.words.isNotNull(), 0.125).otherwise(0))
        .plus(when(column.embedding.isNotNull(), 0.125).otherwise(0)),
    description:
      "How sure the sentiment is (three eighths), how far analyzers agree on it (a quarter), and whether emotions, word counts and embedding are there (an eighth each).",
  },
  exclude: [
    {
      reason: "no_lyrics",
      description: "Tracks without lyrics, of which nothing can be derived",
      when: (row) => coalesce(row.track_profile.lyrics_length, 0).eq(0),
    },
  ],
  split: { by: "artist", train: 80, validation: 10, test: 10 },
});
