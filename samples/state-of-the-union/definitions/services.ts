import { cosineSimilarity, date, featureService, vector } from "../../../feature-definitions/src/index";
import { speech } from "./entities";
import { speakerActivity } from "./speaker-activity";
import { speakerProfile } from "./speaker-profile";
import { speechEmbeddings } from "./speech-embeddings";
import { speechEmotion } from "./speech-emotion";
import { speechLanguage } from "./speech-language";
import { speechProfile } from "./speech-profile";
import { speechSentiment } from "./speech-sentiment";

export const partyPredictor = featureService({
  name: "party_predictor",
  version: 1,
  entity: speech,
  description: "Inputs of a model that answers which party the speaker belonged to",
  owner: "samples",
  features: [
    speechProfile.pick("year"),
    speechSentiment.pick("sentiment", "confidence"),
    speechEmotion.pick("joy", "love", "surprise", "sadness", "anger", "fear", "polarity"),
    speechLanguage.pick("grade_level", "words", "unique_words", "type_token_ratio", "readability", "repetition"),
  ],
});

export const similarSpeeches = featureService({
  name: "similar_speeches",
  version: 1,
  entity: speech,
  description: "What is shown of a speech next to those that resemble it",
  owner: "samples",
  features: [
    speechProfile.pick("title", "speaker", "party", "year"),
    speechEmotion.pick("dominant"),
    speechEmbeddings.pick("text"),
  ],
});

export const speechSearch = featureService({
  name: "speech_search",
  version: 1,
  entity: speech,
  description:
    "What a search ranks speeches by: how near they are to the query, how sure their sentiment is, and how old they are",
  owner: "samples",
  features: [
    speechProfile.pick("title", "speaker", "year"),
    speechSentiment.pick("confidence"),
    speechEmbeddings.pick("text"),
  ],
  inputs: {
    today: { type: date(), description: "The day on which is searched" },
    query: { type: vector(384).nullable(), description: "Embedding of the query in the space minilm-l6-v2" },
  },
  computed: ({ speech_profile, speech_sentiment, speech_embeddings }, { today, query }) => {
    const similarity = cosineSimilarity(speech_embeddings.text, query);
    return {
      similarity: similarity.describe("How near the text is to the query").between(-1, 1).default(0),
      relevance: similarity
        .times(speech_sentiment.confidence)
        .describe("Nearness to the query, less where the sentiment is not sure")
        .between(-1, 1)
        .default(0),
      age: today.year().minus(speech_profile.year).describe("Years since the speech").unit("years"),
    };
  },
});

const speakerName = speechProfile.feature("speaker");

export const speechAndSpeaker = featureService({
  name: "speech_and_speaker",
  version: 1,
  entity: speech,
  description: "What is known of a speech and of the president who gave it",
  owner: "samples",
  features: [
    speechProfile.pick("title", "year"),
    speechSentiment.pick("sentiment"),
    speakerProfile.through(speakerName).pick("speeches", "first_year", "last_year"),
    speakerActivity.through(speakerName).pick("analyses_total", "analyses_90d", "confidence_avg"),
  ],
});

export const stateOfTheUnion = featureService({
  name: "state_of_the_union",
  version: 1,
  entity: speech,
  description: "What the dataset of the same name publishes",
  owner: "samples",
  features: [
    speechProfile.pick("title", "speaker", "year", "party"),
    speechSentiment.pick("sentiment", "confidence"),
    speechEmotion.pick("joy", "love", "surprise", "sadness", "anger", "fear", "dominant"),
    speechLanguage.pick("grade_level", "words", "unique_words", "type_token_ratio", "readability"),
    speechEmbeddings.pick("text"),
  ],
});
