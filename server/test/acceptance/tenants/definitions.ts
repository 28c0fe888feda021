import {
  avg,
  count,
  entity,
  featureService,
  featureView,
  float64,
  int32,
  int64,
  json,
  latest,
  max,
  source,
  string,
  sum,
  vector,
} from "@featstore/definitions";

// Loaded by the CLI, like a user's file. Sources and populations, scoped and shared, in every combination.

/** Scoped: the tracks of `featstore sample generate --tenants`, and rows without a tenant. */
export const tracks = source({
  name: "tracks",
  table: "tenant_tracks",
  key: { track_id: int64().from("id") },
  eventTime: { column: "created_at", zone: "UTC" },
  tieBreak: "id",
  tenant: "tenant_id",
  history: "current",
  columns: {
    title: string().nullable(),
    artist: string().nullable(),
    spotify_data: json().nullable(),
    lyrics_embedding: vector(384).nullable(),
  },
});

/** Scoped. */
export const analyses = source({
  name: "analyses",
  table: "tenant_analyses",
  key: { track_id: int64() },
  eventTime: { column: "created_at", zone: "UTC" },
  tieBreak: "id",
  tenant: "tenant_id",
  history: "events",
  columns: {
    analyzer_type: string().nullable(),
    confidence: float64().nullable(),
    processing_time_ms: int32().nullable(),
  },
});

/** Shared: positions in public charts. */
export const charts = source({
  name: "charts",
  table: "charts",
  key: { track_id: int64() },
  eventTime: "charted_at",
  tieBreak: "id",
  history: "events",
  columns: { position: int32() },
});

/** Shared: works that every tenant knows. */
export const works = source({
  name: "works",
  table: "works",
  key: { work_id: int64() },
  eventTime: "registered_at",
  tieBreak: "work_id",
  history: "current",
  columns: { title: string() },
});

/** Scoped, with any text in the tenant's column. */
export const plays = source({
  name: "plays",
  table: "plays",
  key: { work_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  tenant: "tenant",
  history: "events",
  columns: { seconds: int32(), listener: string(), sound: vector(3) },
});

const listened = source({
  name: "listened",
  table: "plays",
  key: { listener: string(), work_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  tenant: "tenant",
  history: "events",
  columns: { seconds: int32() },
});

export const track = entity({ name: "track", key: { track_id: int64() }, from: tracks });
export const work = entity({ name: "work", key: { work_id: int64() }, from: works });
/** Without a population: entities are those in the source. */
export const listening = entity({ name: "listening", key: { listener: string(), work_id: int64() } });

const about = { version: 1, owner: "me", description: "For the tests of tenants" } as const;

export const trackCard = featureView({
  ...about,
  name: "track_card",
  entity: track,
  from: tracks,
  features: (t) => ({
    title: latest(t.title),
    artist: latest(t.artist),
    followers: latest(t.spotify_data.get("followers").int64()),
  }),
});

export const trackAnalyses = featureView({
  ...about,
  name: "track_analyses",
  entity: track,
  from: analyses,
  features: (a) => ({
    analyses: count(),
    confidence_avg: avg(a.confidence),
    last_analyzer: latest(a.analyzer_type),
    slowest: max(a.processing_time_ms),
  }),
});

/** A scoped population over a shared source. */
export const trackCharts = featureView({
  ...about,
  name: "track_charts",
  entity: track,
  from: charts,
  features: (c) => ({ charted: count(), position: latest(c.position) }),
});

export const trackVectors = featureView({
  ...about,
  name: "track_vectors",
  entity: track,
  from: tracks,
  features: (t) => ({ lyrics: latest(t.lyrics_embedding).space("minilm-l6-v2") }),
});

/** A shared population over a scoped source. */
export const workPlays = featureView({
  ...about,
  name: "work_plays",
  entity: work,
  from: plays,
  features: (p) => ({ plays: count(), seconds: sum(p.seconds), last_listener: latest(p.listener) }),
});

export const workVectors = featureView({
  ...about,
  name: "work_vectors",
  entity: work,
  from: plays,
  features: (p) => ({ sound: latest(p.sound).space("sound-3") }),
});

/** Shared by all tenants. */
export const workCard = featureView({
  ...about,
  name: "work_card",
  entity: work,
  from: works,
  features: (w) => ({ title: latest(w.title) }),
});

export const listeningTime = featureView({
  ...about,
  name: "listening_time",
  entity: listening,
  from: listened,
  features: (l) => ({ seconds: sum(l.seconds) }),
});

/** A service over scoped and shared views. */
export const shelf = featureService({
  name: "shelf",
  version: 1,
  entity: work,
  features: [workCard.all(), workPlays.all()],
});
