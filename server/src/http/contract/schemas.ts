import { z } from "@hono/zod-openapi";
import { httpErrorCodes } from "../../core/index";

const codes = httpErrorCodes as [string, ...string[]];

export const Problem = z
  .object({
    type: z
      .string()
      .describe(
        "Where the code is documented, relative to the server; of `quota_exceeded` the registered problem type",
      ),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes).describe("Stable: decide by the code, never by the texts"),
    detail: z.string().describe("What was wrong, where, and what to do"),
    instance: z.string().optional(),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), detail: z.string() })).optional(),
    "violated-policies": z
      .array(z.string())
      .optional()
      .describe("The policies that the request exceeds, by their names in `RateLimit-Policy`"),
    limit: z.int().optional().describe("That limit, of a quota or a burst"),
    used: z.int().optional().describe("How much of the quota is used"),
    resets_at: z.string().optional().describe("When the quota begins again"),
    reason: z.string().optional().describe("Why the snapshot was withdrawn"),
    successor: z.string().optional().describe("The id of the snapshot that replaces a withdrawn one"),
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
  .describe("Any key as an object by the names of its parts; a key of one part also as string or integer")
  .openapi("EntityId");

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
export const partOfService = { properties: { features: { contains: { pattern: "^computed(\\.|$)" } } } };
export const featuresOrService = { dependentSchemas: { service: partOfService } };

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
