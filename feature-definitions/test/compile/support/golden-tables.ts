import type { SqlDatabase } from "./databases";
import { goldenTables, goldenVectorTables } from "./golden-views";

/** The tables that the shipped definitions read. */
export const shippedTables = (vectors: boolean): string => `
create table tracks (
  id serial primary key, title varchar(500), artist varchar(200), lyrics text, url varchar(500), created_at timestamp default now(),
  spotify_data jsonb, audio_features jsonb
  ${vectors ? ", lyrics_embedding vector(384), audio_embedding vector(128)" : ""}
);
create table analysis_results (
  id serial primary key, track_id integer references tracks (id), analyzer_type varchar(50), sentiment varchar, confidence numeric, themes text,
  analysis_data jsonb, created_at timestamp default now(), complexity_score numeric, processing_time_ms integer, model_version varchar
);
insert into tracks (title, artist, created_at) values ('A', 'One', '2026-01-01'), ('B', null, null);
insert into analysis_results (track_id, analyzer_type, sentiment, confidence, analysis_data, created_at) values
  (1, 'qwen-3-4b-fp8', 'Positive', 0.75, '{"quality_score": 0.5, "mood": "calm"}', '2026-01-02'),
  (1, 'emotion-distilroberta', null, 0.5, '{"emotions": {"joy": "much"}}', '2026-01-03'),
  (1, 'algorithmic', null, 0.5, '{"words": 7, "ttr": "0.5"}', '2026-01-03');
`;

/** The tables that the golden views read, by name. */
export const goldenTableNames = ["tracks", "analysis_results", "order", "shops", "customers", "embeddings"] as const;

/** Creates them in DuckDB. */
export async function createDuckdbTables(database: SqlDatabase): Promise<void> {
  await database.script("create sequence ids; create schema public");
  for (const script of [shippedTables(true), goldenTables, goldenVectorTables]) await database.script(ofDuckdb(script));
  await database.script('create view public."order" as from main."order"');
}

/** A script with DuckDB's types and texts of lists. */
function ofDuckdb(script: string): string {
  return script
    .replaceAll("serial primary key", "integer default nextval('ids')")
    .replaceAll(/ references \w+ \(\w+\)/g, "")
    .replaceAll(" at timestamp", ' "at" timestamp')
    .replaceAll("jsonb", "json")
    .replaceAll(/vector\((\d+)\)/g, "real[$1]")
    .replaceAll(/'\{(|a,b|0\.1)\}'/g, "'[$1]'");
}
