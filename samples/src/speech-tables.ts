import { type SampleTable, vectorColumn } from "./sample-tables";

const NOW = "default (now() at time zone 'utc')";

/** The tables of the State of the Union sample; `state-of-the-union/CARD.md` describes their columns. All times are UTC. */
export function speechTables(vectorType: string | undefined): readonly SampleTable[] {
  return [
    {
      name: "speeches",
      columns: [
        "title text not null",
        "speaker text not null",
        "party text",
        "year integer not null",
        "body text not null",
        "url text",
        `added_at timestamp not null ${NOW}`,
        ...vectorColumn(vectorType, "body_embedding", 384),
      ],
    },
    {
      name: "analyses",
      columns: [
        "speech_id integer not null",
        "analyzer text not null",
        "model_version text",
        "sentiment text",
        "confidence numeric",
        "themes text",
        "grade_level numeric",
        "details jsonb",
        `analyzed_at timestamp not null ${NOW}`,
      ],
      references: { column: "speech_id", table: "speeches" },
      indexes: ["analyzed_at"],
    },
  ];
}
