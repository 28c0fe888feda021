import { expect, test } from "vitest";
import * as shipped from "../../definitions/index";
import { type Catalog, checkCatalog, checkDefinitions, collectDefinitions } from "../../src/index";

const definitions = collectDefinitions([shipped]);

test("the shipped definitions keep every rule, strictly", () => {
  expect(checkDefinitions(definitions, { strict: true })).toEqual([]);
});

test("all views and services are exported", () => {
  expect(definitions.featureViews.map((view) => `${view.name}@${view.version}`).sort()).toEqual([
    "analysis_activity@1",
    "analyzer_consensus@1",
    "lyric_complexity@1",
    "lyric_emotion@1",
    "lyric_sentiment@1",
    "track_embeddings@1",
    "track_profile@1",
  ]);
  expect(definitions.featureServices.map((service) => service.name).sort()).toEqual([
    "hit_predictor",
    "similar_tracks",
    "track_search",
  ]);
});

test("the shipped definitions fit the tables they were written for", () => {
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
