import { float64, int32, int64, json, source, string, timestamp, vector } from "../../../feature-definitions/src/index";

/**
 * Speeches with their texts, one row each, updated in place. Who gave a speech and when does not change: another value
 * corrects an error. The times have no zone in the database; they are UTC.
 */
export const speeches = source({
  name: "speeches",
  table: "speeches",
  key: { speech_id: int64().from("id") },
  eventTime: { column: "added_at", zone: "UTC" },
  tieBreak: "id",
  history: "current",
  columns: {
    title: string().static(),
    speaker: string().static(),
    party: string().nullable().static(),
    year: int32().static(),
    body: string(),
    body_embedding: vector(384).nullable(),
  },
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

/** Speeches by who gave them. */
export const speakers = speeches.keyedBy("speaker");
export const speakerAnalyses = analyses.extend(speeches, { by: "speech_id", columns: ["speaker"] }).keyedBy("speaker");

export const sentimentAnalyses = analyses.where((a) => a.analyzer.eq("sentiment-lexicon"));
export const emotionAnalyses = analyses.where((a) => a.analyzer.eq("emotion-lexicon"));
/** Counts and ratios by rules, without a lexicon. */
export const rulesAnalyses = analyses.where((a) => a.analyzer.eq("rules"));
