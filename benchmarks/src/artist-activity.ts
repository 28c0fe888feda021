import type { FeatureView } from "../../feature-definitions/src/compiler";
import {
  avg,
  count,
  days,
  entity,
  featureView,
  float64,
  int32,
  latest,
  max,
  min,
  source,
  string,
  sum,
  timestamp,
} from "../../feature-definitions/src/index";

const artistAnalyses = source({
  name: "artist_analyses",
  query:
    "select tracks.artist, analysis_results.* from analysis_results join tracks on tracks.id = analysis_results.track_id",
  key: { artist: string() },
  eventTime: { column: "created_at", zone: "UTC" },
  tieBreak: "id",
  history: "events",
  columns: {
    analyzer_type: string().nullable(),
    sentiment: string().nullable(),
    confidence: float64().nullable(),
    complexity_score: float64().nullable(),
    processing_time_ms: int32().nullable(),
    created_at: timestamp({ zone: "UTC" }).nullable(),
  },
});

/** Aggregates an artist's analyses: few keys with long histories, so that a join of spine and source has many rows. */
export const artistActivity: FeatureView = featureView({
  name: "artist_activity",
  version: 1,
  entity: entity({ name: "artist", key: { artist: string() } }),
  from: artistAnalyses,
  features: (a) => ({
    analyses: count(),
    analyses_7d: count().over(days(7)),
    analyses_30d: count().over(days(30)),
    analyses_90d: count().over(days(90)),
    complexity_avg: avg(a.complexity_score),
    complexity_avg_90d: avg(a.complexity_score).over(days(90)),
    confidence_avg: avg(a.confidence),
    confidence_avg_90d: avg(a.confidence).over(days(90)),
    confidence_max: max(a.confidence),
    confidence_min: min(a.confidence),
    confidence_sum: sum(a.confidence),
    first_at: min(a.created_at),
    last_analyzer: latest(a.analyzer_type),
    last_at: max(a.created_at),
    last_confidence: latest(a.confidence).ignoreNulls(),
    last_sentiment: latest(a.sentiment),
    time_avg: avg(a.processing_time_ms),
    time_avg_90d: avg(a.processing_time_ms).over(days(90)),
    time_max: max(a.processing_time_ms),
    time_sum: sum(a.processing_time_ms),
  }),
}).ir;
