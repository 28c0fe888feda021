import { z } from "@hono/zod-openapi";
import {
  ComputedMetadata,
  EntityId,
  EntityKeyValue,
  FeatureValue,
  has,
  partOfService,
  RowMetadata,
  RowStatus,
  text,
  ViewStatus,
} from "../http/index";

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
  .describe('The entity\'s keys come first, under their own names: `"speech_id": 7`')
  .openapi("FeaturesAnswer");
/** By input name, each in the JSON form of its type. */
export const Inputs = z
  .record(z.string(), FeatureValue)
  .describe(
    "The service's inputs by name: int64 and decimal as strings if a number would not be exact, " +
      "timestamps with their zone, vectors as arrays of numbers",
  )
  .openapi("Inputs");
const LatencyBudget = z
  .int()
  .min(1)
  .describe("Milliseconds, at most the server's deadline: views that take longer have the status `timeout`");
const AsOf = z
  .string()
  .min(1)
  .describe(
    "A past time with its zone: returns the values as they were known then, computed from the sources, for at most " +
      "100 ids (`limits.as_of_ids` of the server). Runs a query over each view's source",
  );
export const FeaturesQuery = z
  .object({
    features: text(
      "Comma-separated `view`, `view.feature`, `view@2`, `view@2.feature`",
      "speech_sentiment.sentiment,speech_profile.speaker",
    ).optional(),
    service: text(
      "A feature service, `name` or `name@2`, or several of one entity with commas between; excludes `features`, unless they name a part of it with `computed.<name>` among them",
    ).optional(),
    inputs: text('The service\'s inputs, a JSON object by name: `{"today":"2026-01-31"}`').optional(),
    entity: text("The entity; by default that of the named views, then the server's default").optional(),
    metadata: z
      .enum(["true", "false"])
      .describe("Adds each view's version, generation, times and age")
      .openapi({ param: { example: "true" } })
      .optional(),
    latency_budget_ms: LatencyBudget.optional(),
    as_of: AsOf.optional(),
  })
  .strict();

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
        "1 to 1,000 ids, as `limits.batch_ids` of the server says (100 with `as_of`: `limits.as_of_ids`), or fewer as the limits of the key say; repeats are kept",
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
