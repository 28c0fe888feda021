import { z } from "@hono/zod-openapi";

const Parts = z.record(z.string(), z.number()).describe("Names with fractions that sum to 1");

export const TrainingSetRequest = z
  .object({
    service: z.string().optional().describe("A feature service, `name` or `name@2`; excludes `features`"),
    features: z.array(z.string()).optional().describe("`view`, `view.feature`, `view@2`, `view@2.feature`"),
    entity: z.string().optional(),
    rows: z
      .array(z.record(z.string(), z.unknown()))
      .optional()
      .describe("The spine: the entity's keys, the as-of time as text, and any columns that the result repeats"),
    format: z.enum(["parquet", "csv", "jsonl"]).optional().describe("parquet by default"),
    as_of_column: z.string().optional().describe("`as_of` by default"),
    time_zone: z.string().optional().describe("The zone of times without an offset, which are refused without it"),
    columns: z.array(z.string()).optional().describe("The spine's columns to keep; all by default"),
    labels: z
      .array(
        z
          .object({
            feature: z.string().describe("`view.feature` or `view@2.feature`"),
            horizon: z.string().describe("`7d`, `12h`, `30m` or `45s`"),
            name: z.string().optional().describe("Its column, `label.<view>.<feature>` by default"),
          })
          .strict(),
      )
      .optional()
      .describe("Features whose values at the as-of time plus the horizon are columns after the features"),
    label_column: z
      .string()
      .optional()
      .describe("The spine's column that is a label: its balance is reported, and features that equal it"),
    allow_leakage: z
      .string()
      .optional()
      .describe("Why a feature may equal a label in 99 % of the rows or more, which is refused without a reason"),
    split: z
      .union([
        z.object({ by: z.literal("time"), cuts: z.array(z.string()), parts: z.array(z.string()).optional() }),
        z.object({ by: z.literal("hash"), parts: Parts }),
        z.object({ by: z.literal("group"), column: z.string(), parts: Parts }),
      ])
      .optional()
      .describe("Adds a column `_split`: by as-of time, by hash of the entity key, or by hash of a column"),
    reuse: z
      .boolean()
      .optional()
      .describe(
        "Give a finished one of the same definitions, spine, options and sources, where there is one; of sources that are views, queries or foreign tables nobody can tell",
      ),
    rerun: z.string().optional().describe("The id of a finished one to make again; stands alone"),
  })
  .strict()
  .openapi("TrainingSetRequest");

export const TrainingSet = z
  .object({
    id: z.string(),
    state: z.enum(["loading", "queued", "running", "cancelling", "finished", "failed", "cancelled", "deleted"]),
    created_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    progress: z.object({ rows: z.int(), spine_rows: z.int().nullable() }),
    failure: z
      .object({
        code: z.string(),
        detail: z.string(),
        errors: z.array(z.object({ path: z.string(), detail: z.string() })).optional(),
      })
      .nullable(),
    data: z.string().nullable().describe("Where this server gives the file; null until it is finished"),
    manifest: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("What the file holds and what it was made of, with its SHA-256; null until it is finished"),
  })
  .openapi("TrainingSet");
