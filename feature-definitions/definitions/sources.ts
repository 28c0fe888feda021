import { float64, int32, int64, json, source, string, timestamp, vector } from "../src/index";

const trackTable = {
  table: "tracks",
  key: { track_id: int64().from("id") },
  eventTime: { column: "created_at", zone: "UTC" },
  tieBreak: "id",
  history: "current",
} as const;

/** Tracks with their lyrics, one row each, updated in place. Their times have no zone in the database; they are UTC. */
export const tracks = source({
  ...trackTable,
  name: "tracks",
  columns: {
    title: string().nullable(),
    artist: string().nullable(),
    lyrics: string().nullable(),
    spotify_data: json().nullable(),
    audio_features: json().nullable(),
    lyrics_embedding: vector(384).nullable(),
    audio_embedding: vector(128).nullable(),
  },
});

/** Tracks as works of their artist. A track's artist does not change: another name corrects an error. */
export const credits = source({
  ...trackTable,
  name: "credits",
  columns: {
    artist: string().nullable().static(),
    spotify_data: json().nullable(),
    audio_features: json().nullable(),
  },
});

/** Analyses of tracks by analyzers: append-only; an analyzer writes again when its model changes. */
export const analyses = source({
  name: "analyses",
  table: "analysis_results",
  key: { track_id: int64() },
  eventTime: "created_at",
  tieBreak: "id",
  history: "events",
  columns: {
    analyzer_type: string().nullable(),
    sentiment: string().nullable(),
    confidence: float64().nullable(),
    complexity_score: float64().nullable(),
    analysis_data: json().nullable(),
    processing_time_ms: int32().nullable(),
    model_version: string().nullable(),
    created_at: timestamp({ zone: "UTC" }).nullable(),
  },
});

export const artistTracks = credits.keyedBy("artist");
export const artistAnalyses = analyses.extend(credits, { by: "track_id", columns: ["artist"] }).keyedBy("artist");

/** Analyzers that judge sentiment, language models first. */
export const sentimentAnalyzers = ["qwen-3-4b-fp8", "gemma-3-27b-it", "ollama-llama3.1-8b"] as const;

export const sentimentAnalyses = analyses.where((a) => a.analyzer_type.in(...sentimentAnalyzers));
/** An analyzer that returns a distribution over emotions. */
export const emotionAnalyses = analyses.where((a) => a.analyzer_type.eq("emotion-distilroberta"));
/** Counts and ratios by rules, without a model. */
export const algorithmicAnalyses = analyses.where((a) => a.analyzer_type.eq("algorithmic"));
