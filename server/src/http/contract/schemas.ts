// Long because it holds every schema that several operations share, so that each is described once.
import { z } from "@hono/zod-openapi";
import { httpErrorCodes } from "../../core/index";

const codes = httpErrorCodes as [string, ...string[]];

export const Problem = z
  .object({
    type: z.string().describe("Where the code is documented, relative to the server"),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes).describe("Stable: decide by the code, never by the texts"),
    detail: z.string().describe("What was wrong, where, and what to do"),
    instance: z.string().optional(),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), detail: z.string() })).optional(),
  })
  .openapi("Problem");

export const ViewStatus = z
  .enum(["complete", "missing", "unknown_entity", "expired", "timeout", "invalid_id"])
  .describe(
    "`complete`: the view has a row of the entity. `missing`: the entity is known, the view has no facts about it. " +
      "`unknown_entity`: no requested view knows the id. `expired`: the row is older than the view's time to live, its values are null or defaults. " +
      '`timeout`: the view did not answer in time. `invalid_id`: the id cannot be read (with `on_invalid_id: "null"` only)',
  )
  .openapi("ViewStatus");

export const RowStatus = z
  .enum(["complete", "partial", "missing", "unknown_entity", "expired", "timeout", "invalid_id"])
  .describe("The status that all views agree on, else `partial`")
  .openapi("RowStatus");

/** int64 and decimal values are strings, timestamps and dates ISO texts. */
export const FeatureValue = z
  .unknown()
  .describe(
    "The value in JSON: int64 and decimal as strings, timestamps as `2026-01-01T00:00:00.123456Z`, " +
      "vectors as arrays of numbers; null is a value",
  )
  .openapi("FeatureValue");

export const EntityKeyValue = z.union([z.string(), z.int()]).openapi("EntityKeyValue");

export const EntityId = z
  .union([z.string(), z.int(), z.record(z.string(), EntityKeyValue)])
  .describe("A single key as string or integer; a composite key as an object by key name")
  .openapi("EntityId");

const Measured = z.number().nullable();

export const FeatureDrift = z
  .object({
    feature: z.string(),
    psi: Measured.describe("Population stability index; null if the type has none, as for the other measures"),
    jensen_shannon: Measured,
    kolmogorov_smirnov: Measured,
    null_shift: z.number().describe("Share of nulls now minus the share before"),
    judged: z.boolean().describe("False: too few rows to tell drift from chance"),
    exceeded: z.array(z.enum(["psi", "jensen_shannon", "kolmogorov_smirnov", "null_shift"])),
  })
  .openapi("FeatureDrift");

export const Deprecation = z
  .object({
    since: z.string(),
    sunset: z.string().nullable().describe("From then on reads get 410; null: not set yet"),
    successor: z.string().nullable().describe("What to read instead, `view@version`"),
  })
  .openapi("Deprecation");

const ViewMetadata = z.object({
  version: z.int(),
  generation: z.int().nullable().describe("null for an as-of read"),
  as_of: z.string().describe("The as-of time of the values"),
  age_seconds: z.number().nullable().describe("Seconds since `as_of`; null for an as-of read"),
  deprecation: Deprecation.optional().describe("Only if the version is deprecated"),
});

export const RowMetadata = ViewMetadata.extend({
  event_time: z.string().nullable().describe("The time of the newest fact in the row"),
  defaulted: z
    .array(z.string())
    .optional()
    .describe("Features whose null was replaced by their default; only for views with defaults"),
}).openapi("RowMetadata");

export const BatchMetadata = ViewMetadata.extend({
  event_times: z.array(z.string().nullable()).describe("For each row, the time of its newest fact"),
  defaulted: z
    .array(z.array(z.string()))
    .optional()
    .describe("For each row, the features whose null was replaced by their default"),
}).openapi("BatchMetadata");

const ServiceMetadata = z.object({
  service: z.string().describe("`name@version` of the service that computes them"),
  as_of: z
    .string()
    .optional()
    .describe("The time of the read; only if a computed feature depends on it, as the time since an event does"),
  types: z.record(z.string(), z.string()).describe("The type of each computed feature"),
});

export const ComputedMetadata = ServiceMetadata.extend({
  defaulted: z.array(z.string()).describe("Computed features whose null was replaced by their default"),
}).openapi("ComputedMetadata");

export const BatchComputedMetadata = ServiceMetadata.extend({
  defaulted: z
    .array(z.array(z.string()))
    .describe("For each row, the computed features whose null was replaced by their default"),
}).openapi("BatchComputedMetadata");

export const FeaturesAnswer = z
  .object({
    features: z
      .record(z.string(), z.record(z.string(), FeatureValue))
      .describe("By view, then by feature; computed features are under `computed`"),
    status: RowStatus,
    views: z.record(z.string(), ViewStatus),
    metadata: z
      .record(z.string(), z.union([RowMetadata, ComputedMetadata]))
      .optional()
      .describe("By view; for computed features under `computed`. Only with metadata=true"),
  })
  .catchall(EntityKeyValue)
  .describe('The entity\'s keys come first, under their own names: `"track_id": 7`')
  .openapi("FeaturesAnswer");

/** By input name, each in the JSON form of its type. */
export const Inputs = z
  .record(z.string(), FeatureValue)
  .describe(
    "The service's inputs by name: int64 and decimal as strings if a number would not be exact, " +
      "timestamps with their zone, vectors as arrays of numbers",
  )
  .openapi("Inputs");

export const LatencyBudget = z
  .int()
  .min(1)
  .describe("Milliseconds, at most the server's deadline: views that take longer have the status `timeout`");

export const AsOf = z
  .string()
  .min(1)
  .describe(
    "A past time with its zone: returns the values as they were known then, computed from the sources, for at most " +
      "100 ids (`limits.as_of_ids` of the server). Runs a query over each view's source",
  );

/** A condition of JSON Schema: an object has these members. */
export function has(...members: readonly string[]) {
  return { properties: Object.fromEntries(members.map((member) => [member, {}])), required: [...members] };
}

/** A condition of JSON Schema: an object has at least one of these members. */
export function hasOneOf(...members: readonly string[]) {
  return { not: { properties: Object.fromEntries(members.map((member) => [member, { not: {} }])) } };
}

// These conditions depend on a member: viewers of the document show `oneOf`, `anyOf` and `not` in the place of the members.
/** A service excludes `features`, unless they name a part of it with a computed feature. */
const partOfService = { properties: { features: { contains: { pattern: "^computed(\\.|$)" } } } };
export const featuresOrService = { dependentSchemas: { service: partOfService } };

const oneServiceOrServices = {
  dependentSchemas: { service: { ...partOfService, not: has("services") }, services: partOfService },
};

export const BatchRequest = z
  .object({
    entity: z
      .string()
      .min(1)
      .optional()
      .describe("The entity; by default that of the views, then the server's default"),
    ids: z
      .array(EntityId)
      .min(1)
      .describe(
        "1 to 1,000 ids, as `limits.batch_ids` of the server says (100 with `as_of`: `limits.as_of_ids`); repeats are kept",
      ),
    features: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("`view`, `view.feature`, `view@2`, `view@2.feature`"),
    service: z
      .string()
      .min(1)
      .optional()
      .describe(
        "A feature service, `name` or `name@2`; excludes `features`, unless they select a part of it and include `computed.<name>`",
      ),
    services: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("Several services of one entity, instead of `service`; at most one may compute features"),
    inputs: Inputs.optional().describe("The service's inputs, the same for all rows"),
    inputs_by_row: z.array(Inputs).optional().describe("Inputs of each row, one for each id; they override `inputs`"),
    metadata: z.boolean().optional().describe("Adds each view's version, generation, times and age"),
    latency_budget_ms: LatencyBudget.optional(),
    on_invalid_id: z
      .enum(["reject", "null"])
      .optional()
      .describe("What an invalid id fails: the request (default), or only its row, reported in `errors`"),
    as_of: AsOf.optional(),
  })
  .strict()
  .openapi("BatchRequest", { ...oneServiceOrServices });

export const BatchAnswer = z
  .object({
    ids: z.array(z.unknown()).describe('As they were sent; with `on_invalid_id: "null"` also invalid ids'),
    columns: z
      .array(z.string())
      .describe("`view.feature` of each value in a row, then `computed.<name>` of each computed feature"),
    rows: z.array(z.array(FeatureValue)).describe("One row per id, in the order of the ids"),
    status: z
      .array(RowStatus)
      .describe("For each row, the status that all views agree on, else `partial`; `ViewStatus` explains each"),
    views: z.array(z.string()).describe("The views, in the order of `statuses`"),
    statuses: z.array(z.array(ViewStatus)).optional().describe("Per row and view; only if some row is not complete"),
    errors: z
      .array(z.object({ position: z.int(), path: z.string(), code: z.enum(codes), detail: z.string() }))
      .optional()
      .describe('Invalid ids with their position; only with `on_invalid_id: "null"`'),
    metadata: z
      .record(z.string(), z.union([BatchMetadata, BatchComputedMetadata]))
      .optional()
      .describe("By view; for computed features under `computed`. Only with metadata"),
  })
  .openapi("BatchAnswer");

export const Embedding = z
  .object({
    space: z.string().describe("Vectors are comparable within one space only"),
    dimensions: z.int(),
    metric: z.enum(["cosine", "l2", "inner_product"]),
    status: ViewStatus,
    vector: z
      .union([z.array(z.number()), z.string()])
      .nullable()
      .describe("Numbers; with `format=base64` one string, the base64 of little-endian float32"),
  })
  .openapi("Embedding");

export const EmbeddingsAnswer = z
  .object({ embeddings: z.record(z.string(), Embedding).describe("By `view.feature`"), status: RowStatus })
  .catchall(EntityKeyValue)
  .openapi("EmbeddingsAnswer");

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

const VectorTable = z.object({
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

export const Health = z
  .object({
    status: z.enum(["ok", "degraded", "unavailable"]),
    registry_revision: z.int().nullable(),
    checks: z.record(
      z.string(),
      z.object({
        ok: z.boolean(),
        detail: z.string(),
        code: z
          .enum(["database_unreachable", "database_schema_missing", "database_refuses"])
          .optional()
          .describe("Why the database cannot be used"),
      }),
    ),
  })
  .openapi("Health");
