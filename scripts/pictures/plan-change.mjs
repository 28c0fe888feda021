// The definitions of the pictures: a view over the sample's analyses, and its next version.
const view = (
  version,
  features,
) => `import { avg, count, days, entity, featureView, float64, int64, latest, source, string } from "@featstore/definitions";

export const speeches = source({
  name: "speeches", table: "speeches", key: { speech_id: int64().from("id") },
  eventTime: { column: "added_at", zone: "UTC" }, tieBreak: "id", history: "current",
  columns: { title: string().nullable() },
});
export const analyses = source({
  name: "analyses", table: "analyses", key: { speech_id: int64() },
  eventTime: { column: "analyzed_at", zone: "UTC" }, tieBreak: "id", history: "events",
  columns: { analyzer: string().nullable(), sentiment: string().nullable(), confidence: float64().nullable() },
});
export const speech = entity({ name: "speech", key: { speech_id: int64() }, from: speeches, description: "A speech" });

${excerptBegin}
export const speechSentiment = featureView({
  name: "speech_sentiment",
  version: ${version},
  entity: speech,
  from: analyses.where((a) => a.analyzer.eq("sentiment-lexicon")),
  ttl: days(365),
  owner: "samples",
  features: (a) => ({
${features.map((line) => `    ${line}`).join("\n")}
  }),
});
`;
const excerptBegin = "// the view";

const features = (confidence) => [
  `sentiment: latest(a.sentiment)`,
  `  .describe("What the newest analysis says")`,
  `  .oneOf("positive", "neutral", "negative"),`,
  `confidence: ${confidence}`,
  `  .describe("How sure the analyses are"),`,
  `analyses_90d: count().over(days(90))`,
  `  .describe("Analyses of 90 days"),`,
];

export const firstVersion = view(1, features("latest(a.confidence)"));
export const secondVersion = view(2, features("avg(a.confidence)"));

/** The part of a definition that the picture shows. */
export const excerptOf = (definition) =>
  definition.slice(definition.indexOf(excerptBegin) + excerptBegin.length).trim();
