import { z } from "@hono/zod-openapi";
import { FeatureDrift } from "./drift-schema";

const Rows = z.int();

export const FeatureProfile = z
  .object({
    type: z.string(),
    nulls: Rows,
    null_fraction: z.number().nullable(),
    distinct: Rows.nullable().describe("Distinct values other than null; null for JSON and arrays"),
    distinct_is_estimate: z.boolean().describe("True for vectors, which are counted by fingerprint"),
    minimum: z
      .union([z.number(), z.string()])
      .nullable()
      .describe("In the feature's JSON form, texts cut after 200 characters; for arrays the length"),
    maximum: z.union([z.number(), z.string()]).nullable(),
    mean: z
      .number()
      .nullable()
      .describe("For times in seconds since 1970 UTC, for arrays of their lengths; so are all below"),
    deviation: z.number().nullable().describe("Standard deviation of the sample"),
    quantiles: z.record(z.string(), z.number()).nullable().describe("p01, p05, p25, p50, p75, p95, p99"),
    histogram: z
      .object({ edges: z.array(z.number()), share: z.number() })
      .nullable()
      .describe("Twenty buckets between 21 edges, each with the same share of the values"),
    top_values: z
      .array(z.object({ value: z.string(), rows: Rows }))
      .nullable()
      .describe(
        "Up to ten values that more than one row has, most frequent first: for texts, booleans, and int32 whose contract " +
          "bounds them narrowly",
      ),
    norms: z
      .object({ minimum: z.number(), mean: z.number(), maximum: z.number() })
      .nullable()
      .describe("Lengths of vectors"),
    duplicate_share: z
      .number()
      .nullable()
      .describe("For vectors: the share of duplicates, not counting the first of each"),
  })
  .openapi("FeatureProfile");

export const FeatureViewProfile = z
  .object({
    view: z.string(),
    version: z.int(),
    generation: z.int(),
    as_of: z.string(),
    published_at: z.string().nullable().describe("null: the generation broke a contract and was not published"),
    tenant: z.string().nullable().describe("The tenant whose rows are profiled; null for all rows"),
    rows: Rows,
    scopes: z
      .object({ count: z.int(), largest: z.array(z.object({ tenant: z.string(), rows: Rows })) })
      .nullable()
      .describe("Rows of the 100 largest tenants; null for a shared view and for one tenant's profile"),
    drift: z
      .array(
        z.object({
          against: z.enum(["previous", "baseline"]),
          baseline: z.int().describe("The generation it was compared with"),
          features: z.array(FeatureDrift),
        }),
      )
      .describe("Measured when the generation was published; empty for one tenant's rows"),
    features: z.record(z.string(), FeatureProfile),
  })
  .openapi("FeatureViewProfile");
