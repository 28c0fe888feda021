import { expect, test } from "vitest";
import * as shipped from "../../definitions/index";
import { type Catalog, checkCatalog, checkDefinitions, collectDefinitions } from "../../src/compiler";
import { testService } from "../../src/testing/index";
import { sharedTestDatabase } from "../shared-database";

const definitions = collectDefinitions([shipped]);
const database = sharedTestDatabase();

test("the shipped definitions pass strict checks", () => {
  expect(checkDefinitions(definitions, { strict: true })).toEqual([]);
});

test("exports all views and services", () => {
  expect(definitions.featureViews.map((view) => `${view.name}@${view.version}`).sort()).toEqual([
    "analysis_activity@1",
    "analyzer_consensus@1",
    "artist_activity@1",
    "artist_profile@1",
    "lyric_complexity@1",
    "lyric_emotion@1",
    "lyric_sentiment@1",
    "track_embeddings@1",
    "track_profile@1",
  ]);
  expect(definitions.featureServices.map((service) => service.name).sort()).toEqual([
    "content_intelligence",
    "hit_predictor",
    "new_track_scout",
    "similar_tracks",
    "track_search",
  ]);
  expect(definitions.datasets?.map((dataset) => dataset.name)).toEqual(["content_intelligence"]);
});

test("the shipped dataset publishes neither lyrics nor values of Spotify", () => {
  const published = definitions.datasets?.[0];
  const read = JSON.stringify(published?.columns.map(({ expression }) => expression));
  expect(read).not.toMatch(/"lyrics"|popularity|followers|tempo|energy|valence|danceability|audio/);
});

test("the shipped definitions match the tables they read", () => {
  const column = ([name = "", type = "", nullable = true]: readonly [string, string, boolean?]) => ({
    name,
    type,
    nullable,
    isEnum: false,
  });
  const table = (name: string, columns: readonly (readonly [string, string, boolean?])[]) => ({
    relation: { kind: "table" as const, schema: null, table: name },
    state: "found" as const,
    isReadable: true,
    uniqueKeys: [["id"]],
    columns: columns.map(column),
  });
  const catalog: Catalog = {
    tableNames: ["tracks", "analysis_results"],
    hasVectorExtension: true,
    relations: [
      table("tracks", [
        ["id", "integer", false],
        ["title", "character varying(500)"],
        ["artist", "character varying(200)"],
        ["lyrics", "text"],
        ["url", "character varying(500)"],
        ["created_at", "timestamp without time zone"],
        ["spotify_data", "jsonb"],
        ["audio_features", "jsonb"],
        ["lyrics_embedding", "vector(384)"],
        ["audio_embedding", "vector(128)"],
      ]),
      table("analysis_results", [
        ["id", "integer", false],
        ["track_id", "integer"],
        ["analyzer_type", "character varying(50)"],
        ["sentiment", "character varying"],
        ["confidence", "numeric"],
        ["themes", "text"],
        ["analysis_data", "jsonb"],
        ["created_at", "timestamp without time zone"],
        ["complexity_score", "numeric"],
        ["processing_time_ms", "integer"],
        ["model_version", "character varying"],
        ["analysis_embedding", "vector(256)"],
      ]),
    ],
  };
  expect(checkCatalog(definitions, catalog, { strict: true })).toEqual([]);
});

test("a track's service joins the features of its artist", async () => {
  const { artistActivity, artistProfile, newTrackScout, trackProfile } = shipped;
  const credits = [
    { track_id: 1, artist: "Ann", audio_features: { energy: 0.5 }, created_at: "2026-01-01Z" },
    { track_id: 2, artist: "Ann", audio_features: { energy: 0.7 }, created_at: "2026-01-02Z" },
    { track_id: 3, artist: "Ben", created_at: "2026-01-02Z" },
    { track_id: 4, created_at: "2026-01-02Z" },
  ];
  const about = (view: string, known: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(known).map(([feature, value]) => [`${view}.${feature}`, value]));
  await testService(database, newTrackScout, {
    views: [trackProfile, artistProfile, artistActivity],
    given: {
      tracks: credits.map(({ audio_features: _, ...track }) => track),
      credits,
      analyses: [
        { track_id: 1, id: 1, confidence: 0.25, created_at: "2025-01-01Z" },
        { track_id: 2, id: 2, confidence: 0.75, created_at: "2026-01-20Z" },
        { track_id: 4, id: 3, confidence: 0.1, created_at: "2026-01-20Z" },
        { track_id: 9, id: 4, confidence: 0.1, created_at: "2026-01-20Z" },
      ],
    },
    asOf: "2026-02-01Z",
    expect: [
      {
        key: { track_id: 1 },
        answer: {
          ...about("artist_profile", { tracks: 2, energy_avg: 0.6, valence_avg: null }),
          ...about("artist_activity", { analyses_total: 2, analyses_90d: 1, confidence_avg: 0.5 }),
        },
      },
      { key: { track_id: 3 }, answer: { "artist_profile.tracks": 1, "artist_activity.analyses_total": 0 } },
      { key: { track_id: 4 }, answer: { "artist_profile.tracks": null, "artist_activity.analyses_total": null } },
    ],
  });
});
