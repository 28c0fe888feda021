import { type SampleTable, vectorColumn } from "./sample-tables";

// The reference database has `default now()`, which depends on the session's zone; the columns here are UTC.
const CREATED_AT = "created_at timestamp default (now() at time zone 'utc')";

/** The tables of the reference database; with `knownTime`, `analysis_results` has an `ingested_at`. */
export function trackTables(vectorType: string | undefined, knownTime: boolean): readonly SampleTable[] {
  return [
    {
      name: "tracks",
      columns: [
        "title varchar(500)",
        "artist varchar(200)",
        "lyrics text",
        "url varchar(500)",
        CREATED_AT,
        "spotify_data jsonb",
        "audio_features jsonb",
        ...vectorColumn(vectorType, "lyrics_embedding", 384),
        ...vectorColumn(vectorType, "audio_embedding", 128),
      ],
    },
    {
      name: "analysis_results",
      columns: [
        "track_id integer",
        "analyzer_type varchar(50)",
        "sentiment varchar",
        "confidence numeric",
        "themes text",
        "analysis_data jsonb",
        CREATED_AT,
        "complexity_score numeric",
        "processing_time_ms integer",
        "model_version varchar",
        ...vectorColumn(vectorType, "analysis_embedding", 256),
        ...(knownTime ? ["ingested_at timestamp"] : []),
      ],
      references: { column: "track_id", table: "tracks" },
      indexes: ["created_at"],
    },
  ];
}
