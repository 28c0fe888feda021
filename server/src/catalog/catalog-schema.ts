import { z } from "@hono/zod-openapi";
import { Deprecation, FeatureValue } from "../http/index";

export const FeatureDocument = z
  .object({
    name: z.string(),
    type: z.string(),
    nullable: z.boolean(),
    description: z.string().nullable(),
    unit: z.string().nullable(),
    minimum: z.number().nullable(),
    maximum: z.number().nullable(),
    allowed_values: z.array(z.union([z.string(), z.number()])).nullable(),
    default: FeatureValue.optional().describe("Replaces null in responses; absent if null stays null"),
    maximum_null_fraction: z.number().nullable(),
    owner: z.string().nullable().describe("null if it is the view's owner"),
    pii: z.boolean().describe("Whether the values are personal data"),
    tags: z.array(z.string()),
    embedding: z.object({ space: z.string(), metric: z.string(), dimensions: z.int() }).nullable(),
  })
  .openapi("FeatureDocument");
const Rows = z
  .int()
  .nullable()
  .describe("null for a view with tenants if the key is bound to a tenant: the count covers all tenants");
export const GenerationDocument = z
  .object({ generation: z.int(), as_of: z.string(), published_at: z.string(), rows: Rows })
  .openapi("GenerationDocument");

export const FeatureViewSummary = z
  .object({
    name: z.string(),
    version: z.int(),
    promoted: z.boolean(),
    state: z.enum(["active", "deprecated", "retired"]),
    deprecation: z.union([Deprecation, z.null()]).describe("null while it is active"),
    entity: z.string(),
    scope: z.enum(["tenant", "shared"]),
    description: z.string().nullable(),
    owner: z.string().nullable(),
    tags: z.array(z.string()),
    ttl_seconds: z.number().nullable(),
    freshness_seconds: z
      .number()
      .nullable()
      .describe("The maximum age of the served generation, as its definition promises"),
    features: z.array(z.string()).describe("Names, sorted"),
    served: GenerationDocument.nullable().describe("null until it is materialized for the first time"),
  })
  .openapi("FeatureViewSummary");
export const FeatureViewVersion = FeatureViewSummary.omit({ features: true })
  .extend({
    features: z.array(FeatureDocument),
    key: z.array(z.object({ name: z.string(), type: z.string() })),
    source: z.string(),
    meaning_hash: z.string(),
    document_hash: z.string(),
    applied_at: z.string(),
    sql: z.string().describe("The SQL that materializes it"),
    definition: z.record(z.string(), z.unknown()).describe("The definition's intermediate representation"),
  })
  .openapi("FeatureViewVersion");
const NextVersion = z.int().nullable().describe("The version that will be promoted as soon as it can be read");
export const VectorTable = z.object({
  feature: z.string(),
  generation: z.int().nullable().describe("The newest generation that the index covers"),
  rows: Rows,
  index: z
    .object({ kind: z.string(), m: z.int(), ef_construction: z.int(), ef_search: z.int() })
    .nullable()
    .describe("null: every search compares all vectors"),
  recall: z
    .object({ at: z.int(), sample: z.int(), recall: z.number() })
    .nullable()
    .describe("The recall of the index for a sample of the vectors, compared with exact search"),
});

export const FeatureView = z
  .object({
    name: z.string(),
    promoted: z.int(),
    next: NextVersion,
    versions: z.array(FeatureViewSummary),
    vector_search: z
      .array(VectorTable)
      .nullable()
      .optional()
      .describe("For the promoted version, by feature; absent without vectors, null if currently unknown"),
  })
  .openapi("FeatureView");
export const FeatureViewList = z.object({ feature_views: z.array(FeatureViewSummary) }).openapi("FeatureViewList");
export const FeatureServiceDocument = z
  .object({
    name: z.string(),
    version: z.int(),
    promoted: z.boolean(),
    entity: z.string(),
    features: z.array(z.string()).describe("`view@version.feature` in the model's input order"),
    through: z
      .record(z.string(), z.string())
      .describe("For features of another entity: the feature that holds that entity's key"),
    inputs: z
      .array(
        z.object({ name: z.string(), type: z.string(), nullable: z.boolean(), description: z.string().nullable() }),
      )
      .describe("Values that a request sends; one that is not nullable is required"),
    computed: z
      .array(
        z.object({
          name: z.string(),
          type: z.string(),
          nullable: z.boolean(),
          default: FeatureValue.optional(),
          description: z.string().nullable(),
          unit: z.string().nullable(),
          allowed_values: z.array(z.union([z.string(), z.number()])).nullable(),
        }),
      )
      .describe("Features computed on read; they follow `features` in responses"),
    description: z.string().nullable(),
    owner: z.string().nullable(),
    tags: z.array(z.string()),
    applied_at: z.string(),
  })
  .openapi("FeatureService");
export const FeatureServiceVersions = z
  .object({ name: z.string(), promoted: z.int(), next: NextVersion, versions: z.array(FeatureServiceDocument) })
  .openapi("FeatureServiceVersions");
export const FeatureServiceList = z
  .object({ feature_services: z.array(FeatureServiceDocument) })
  .openapi("FeatureServiceList");

/** A feature view of the demo, for examples. */
export const speakerProfile: Omit<z.infer<typeof FeatureViewSummary>, "features"> = {
  name: "speaker_profile",
  version: 1,
  promoted: true,
  state: "active",
  deprecation: null,
  entity: "speaker",
  scope: "shared",
  description: "How many speeches a president gave, and in which years",
  owner: "samples",
  tags: ["speakers"],
  ttl_seconds: null,
  freshness_seconds: null,
  served: {
    generation: 1,
    as_of: "2026-11-22T20:50:25.261000Z",
    published_at: "2026-11-22T20:50:25.402000Z",
    rows: 43,
  },
};

/** A feature service of the demo, for examples. */
export const partyPredictor: z.infer<typeof FeatureServiceDocument> = {
  name: "party_predictor",
  version: 1,
  promoted: true,
  entity: "speech",
  features: ["speech_profile@1.year", "speech_sentiment@1.sentiment"],
  through: {},
  inputs: [],
  computed: [],
  description: "Inputs of a model that answers which party the speaker belonged to",
  owner: "samples",
  tags: [],
  applied_at: "2026-11-22T20:50:23.705000Z",
};
