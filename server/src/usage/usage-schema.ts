import { z } from "@hono/zod-openapi";

const latency = z
  .object({ p50: z.number(), p95: z.number(), p99: z.number() })
  .nullable()
  .describe(
    "Quantiles of the time from a request's headers to its response, milliseconds, within about 25 %; null without requests",
  );

const counts = {
  requests: z.number().describe("Answered with 2xx or 304"),
  rows: z.number().describe("Entities requested, hits of searches, and rows of finished training sets"),
  bytes: z.number().optional().describe("Of downloads, as far as they were sent. Not by view"),
  errors: z.number().optional().describe("Refused or failed requests, which count to no limit. Not by view"),
};

export const UsageRow = z
  .object({
    day: z.string().optional(),
    month: z.string().optional(),
    key_id: z.string().optional(),
    key_name: z.string().optional(),
    line_id: z.string().optional().describe("The first key of a line of rotated keys, which share their limits"),
    operation: z.string().optional().describe("The `operationId` of this document"),
    view: z.string().optional(),
    version: z.int().optional(),
    ...counts,
    latency_ms: latency.optional(),
  })
  .openapi("UsageRow");

const Quota = z
  .object({
    limit: z.number().nullable().describe("null: unlimited"),
    used: z.number(),
    left: z.number().nullable(),
  })
  .openapi("Quota");

const limits = {
  requests_per_second: z.number(),
  burst: z.number(),
  month: z.object({ requests: Quota, rows: Quota, bytes: Quota }),
};

export const UsageAnswer = z
  .object({
    organisation: z.string().nullable().describe("null for a key without an organisation, which sees its own usage"),
    from: z.string(),
    to: z.string(),
    by: z.string(),
    usage: z.array(UsageRow).describe("One row per group; groups without usage are absent"),
    total: z.object(counts),
    limits: z
      .object({
        resets_at: z.string().describe("When the month ends, in UTC"),
        organisation: z
          .object({
            ...limits,
            excess: z.enum(["refuse", "serve"]).describe("What happens beyond a month's quota"),
          })
          .nullable(),
        key: z.object(limits).nullable().describe("Of the key and those that it replaced; null for a person"),
      })
      .describe("Of this month, whatever days the report has"),
  })
  .openapi("UsageAnswer");
