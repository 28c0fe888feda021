import { z } from "@hono/zod-openapi";

const PinnedFeature = { view: z.string(), version: z.int(), feature: z.string() };
const Fractions = z.record(z.string(), z.number());

const Split = z
  .union([
    z.object({ by: z.literal("time"), cuts: z.array(z.string()), parts: z.array(z.string()).optional() }),
    z.object({ by: z.literal("hash"), parts: Fractions }),
    z.object({ by: z.literal("group"), column: z.string(), parts: Fractions }),
  ])
  .nullable();

const Options = z
  .object({
    service: z.string().nullable(),
    format: z.enum(["parquet", "csv", "jsonl"]),
    asOfColumn: z.string(),
    timeZone: z.string().nullable(),
    split: Split,
    labelColumn: z.string().nullable(),
    allowLeakage: z.string().nullable().describe("Why features may equal a label; null if they may not"),
  })
  .describe("The options of the request, with defaults");

const View = z.object({
  view: z.string(),
  version: z.int(),
  meaning_hash: z.string(),
  plan: z.enum(["join", "running"]).describe("How its rows were joined with the spine"),
  joined_rows: z.int().describe("Pairs of rows that a join examined; 0 if it does not count them"),
  rows: z
    .object({ missing: z.int(), expired: z.int(), without_history: z.int() })
    .describe("Spine rows without a visible source row, with an expired one, and earlier than the source's history"),
});

const Column = z.object({
  name: z.string(),
  role: z.enum(["key", "as_of", "passthrough", "split", "feature", "label"]),
  type: z.string().describe("A type of the language of definitions"),
  arrow: z.string().optional().describe("The Arrow type of a spine column, if it differs from the default of `type`"),
  view: z.string().optional(),
  version: z.int().optional(),
  feature: z.string().optional(),
  without_history: z.boolean().optional().describe("True if every value is null because the source keeps no history"),
});

const Label = z.object({
  name: z.string(),
  ...PinnedFeature,
  meaning_hash: z.string(),
  horizon_seconds: z.int(),
  known_until: z.string().nullable().describe("The time until which it can be known; null if its source has no fact"),
  rows: z
    .object({ null: z.int(), not_known_yet: z.int(), already_visible: z.int() })
    .describe("Rows with a null, nulls not known yet, and labels from facts visible at the row's own time"),
});

const Leakage = z
  .object({
    features: z
      .array(
        z.object({
          feature: z.string(),
          label: z.string(),
          rows: z.int().describe("Rows in which both have a value"),
          equal: z.int(),
          share: z.number(),
          advice: z.string(),
        }),
      )
      .describe("Features that equal a label in 90 % of the rows or more"),
    notes: z.array(z.string()),
    refused: z.boolean().describe("True if a share is 0.99 or more, and the request said why that is allowed"),
  })
  .describe("How far features reveal the labels");

const Source = z.object({
  source: z.string(),
  at: z.string(),
  rows: z.int(),
  largest: z
    .record(z.string(), z.string().nullable())
    .nullable()
    .describe("The tie-break columns of the last row; null without a row or tie-break"),
  latest: z.string().nullable().describe("The latest event time, microseconds since 1970 UTC"),
  engine: z.string().optional().describe("The engine that read it, if that is not PostgreSQL"),
  files: z
    .object({
      count: z.int(),
      bytes: z.int(),
      digest: z.string().describe("SHA-256 over the path, size and time of the last change of each"),
    })
    .optional()
    .describe("The files that were read"),
  snapshot: z
    .string()
    .nullable()
    .optional()
    .describe("The snapshot of an Iceberg table that was read; null if it never had one"),
  moved: z.boolean().describe("True if it changed while the training set was built"),
});

const StoredState = z.object({
  view: z.string(),
  version: z.int(),
  table: z.string(),
  since: z.string(),
  erasures: z.int().describe("How often keys were erased from it"),
});

const Part = z.object({
  rows: z.int(),
  labels: z
    .record(
      z.string(),
      z.object({
        nulls: z.int(),
        values: z.record(z.string(), z.int()).nullable().describe("Rows by label; null beyond fifty different ones"),
        numbers: z
          .object({ count: z.int(), minimum: z.number(), maximum: z.number(), mean: z.number() })
          .nullable()
          .describe("null without numeric values"),
      }),
    )
    .describe("By label column"),
});

const Lost = z.object({
  column: z.string(),
  ...PinnedFeature,
  rows: z.int(),
  examples: z
    .array(z.record(z.string(), z.union([z.string(), z.number()])))
    .describe("The keys and times of up to three of the rows"),
});

const Rerun = z.object({
  of: z.string().describe("The id of the original"),
  same: z.boolean().describe("True if the bytes are equal"),
  moved: z.array(z.string()).describe("Sources and stored views that differ"),
  detail: z.string(),
});

/** The manifest of a finished training set: `TrainingManifest` as JSON. */
export const ManifestDocument = z
  .object({
    id: z.string(),
    tenant: z.string().nullable(),
    entity: z.string(),
    service: z
      .object({
        service: z.string().describe("`recommender@1`"),
        features: z.array(z.string()).nullable().describe("The requested part of its features; null for all"),
      })
      .nullable()
      .describe(
        "The service whose computed features or features of other entities are columns. Null if it has none: then `columns` pins all, and `options.service` is the requested service",
      ),
    options: Options,
    views: z.array(View),
    columns: z.array(Column).describe("The columns of the file, in order"),
    labels: z.array(Label).describe("The labels from features, without those from spine columns"),
    leakage: Leakage,
    spine: z.object({ rows: z.int(), sha256: z.string() }),
    sources: z.array(Source),
    horizon: z
      .object({ cluster: z.string(), transaction: z.string() })
      .optional()
      .describe("Writes of later PostgreSQL transactions may be missing"),
    kept: z.array(StoredState).optional().describe("The stored rows read instead of sources without history"),
    result: z.object({ file: z.string(), bytes: z.int(), sha256: z.string(), rows: z.int() }),
    split: z.record(z.string(), Part).describe("By part"),
    unparsed: z.array(Lost).optional().describe("Values lost by casts that are not strict"),
    warnings: z.array(z.object({ code: z.literal("split_part_empty"), message: z.string() })).optional(),
    packages: z.record(z.string(), z.string()).describe("The versions that made it"),
    rerun: Rerun.nullable().describe("The comparison with the original; null if it is no rerun"),
  })
  .openapi("TrainingManifest");
