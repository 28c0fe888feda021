import { float64, int32, int64, json, source, string, timestamp, vector } from "../../../feature-definitions/src/index";

const speechTable = {
  table: "speeches",
  key: { speech_id: int64().from("id") },
  eventTime: { column: "added_at", zone: "UTC" },
  tieBreak: "id",
  history: "current",
} as const;

/** Speeches with their texts, one row each, updated in place. Their times have no zone in the database; they are UTC. */
export const speeches = source({
  ...speechTable,
  name: "speeches",
  columns: {
    title: string(),
    speaker: string(),
    party: string().nullable(),
    year: int32(),
    body: string(),
    body_embedding: vector(384).nullable(),
  },
});

/** Speeches as works of their speaker. A speech's speaker does not change: another name corrects an error. */
export const speakers = source({
  ...speechTable,
  name: "speakers",
  columns: { speaker: string().static(), year: int32() },
});

/** Analyses of speeches: append-only; an analyzer writes again when its model changes. */
export const analyses = source({
  name: "analyses",
  table: "analyses",
  key: { speech_id: int64() },
  eventTime: "analyzed_at",
  tieBreak: "id",
  history: "events",
  columns: {
    analyzer: string(),
    sentiment: string().nullable(),
    confidence: float64().nullable(),
    grade_level: float64().nullable(),
    details: json().nullable(),
    analyzed_at: timestamp({ zone: "UTC" }),
  },
});

export const speakerSpeeches = speakers.keyedBy("speaker");
export const speakerAnalyses = analyses.extend(speakers, { by: "speech_id", columns: ["speaker"] }).keyedBy("speaker");

export const sentimentAnalyses = analyses.where((a) => a.analyzer.eq("sentiment-lexicon"));
export const emotionAnalyses = analyses.where((a) => a.analyzer.eq("emotion-lexicon"));
/** Counts and ratios by rules, without a lexicon. */
export const rulesAnalyses = analyses.where((a) => a.analyzer.eq("rules"));
