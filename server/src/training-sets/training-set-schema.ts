import { z } from "@hono/zod-openapi";
import type { ErrorCode } from "../core/index";
import { exactArray, featuresOrService, hasOneOf, text } from "../http/index";
import { ManifestDocument } from "./training-manifest-schema";

const Parts = z.record(z.string(), z.number()).describe("Names with fractions that sum to 1");

const ofServiceOrFeatures = {
  dependentSchemas: { ...featuresOrService.dependentSchemas, rows: hasOneOf("service", "features") },
};

/** It is stored as jsonb, which refuses these characters. */
export const LeakageReason = z
  .string()
  .trim()
  .min(1)
  .refine((reason) => !/\0|\p{Surrogate}/u.test(reason), "it contains a character that cannot be stored as text");

const NewTrainingSet = z
  .object({
    service: z.string().min(1).optional().describe("A feature service, `name` or `name@2`; excludes `features`"),
    features: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("`view`, `view.feature`, `view@2`, `view@2.feature`"),
    entity: z.string().min(1).optional().describe("The entity; by default that of the views"),
    rows: exactArray(
      { type: "object", additionalProperties: {} },
      "The spine: the entity's keys, the as-of time as text, and any columns that the result keeps",
    ),
    format: z.enum(["parquet", "csv", "jsonl"]).optional().describe("parquet by default"),
    as_of_column: z.string().min(1).optional().describe("`as_of` by default"),
    time_zone: z
      .string()
      .min(1)
      .optional()
      .describe("The zone of times without an offset, which are rejected without it"),
    columns: z.array(z.string().min(1)).optional().describe("The spine's columns to keep; all by default"),
    labels: z
      .array(
        z
          .object({
            feature: z.string().min(1).describe("`view.feature` or `view@2.feature`"),
            horizon: z.string().min(1).describe("`7d`, `12h`, `30m` or `45s`"),
            name: z.string().min(1).optional().describe("The name of its column, `label.<view>.<feature>` by default"),
          })
          .strict(),
      )
      .optional()
      .describe("Features whose values at the as-of time plus the horizon become columns after the features"),
    label_column: z
      .string()
      .min(1)
      .optional()
      .describe("The label column of the spine: its balance is reported, and so are features that equal it"),
    allow_leakage: LeakageReason.optional().describe(
      "Why a feature may equal a label in 99 % of the rows or more, which is rejected without a reason",
    ),
    split: z
      .union([
        z
          .object({
            by: z.literal("time"),
            cuts: z.array(z.string().min(1)),
            parts: z.array(z.string().min(1)).optional(),
          })
          .strict(),
        z.object({ by: z.literal("hash"), parts: Parts }).strict(),
        z.object({ by: z.literal("group"), column: z.string().min(1), parts: Parts }).strict(),
      ])
      .optional()
      .describe("Adds a column `_split`: by as-of time, by hash of the entity key, or by hash of a column"),
    reuse: z
      .boolean()
      .optional()
      .describe(
        "Answers with a finished training set of the same definitions, spine, options and sources, if there is one. Changes of views, queries and foreign tables cannot be detected: sources of these kinds are never reused",
      ),
  })
  .strict()
  .openapi("NewTrainingSet", { ...ofServiceOrFeatures });

const TrainingSetRerun = z
  .object({ rerun: z.string().min(1).describe("The id of a finished training set to make again") })
  .strict()
  .openapi("TrainingSetRerun");

export const TrainingSetRequest = z.union([NewTrainingSet, TrainingSetRerun]).openapi("TrainingSetRequest");

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
    data: z.string().nullable().describe("The path of the file; null until it is finished"),
    manifest: ManifestDocument.nullable().describe(
      "The contents and inputs of the file, with its SHA-256; null until it is finished",
    ),
  })
  .openapi("TrainingSet");

/** The path parameter of operations on one training set. */
export const TrainingSetId = z.object({ id: text("The id of the training set", "zq2nporvjrd7jy33") });

/** The codes of operations on one training set. */
export const trainingSetCodes = ["training_set_not_found", "path_not_found"] as const satisfies readonly ErrorCode[];

/** Training sets of the demo, for examples. */
export const runningTrainingSet: z.infer<typeof TrainingSet> = {
  id: "zq2nporvjrd7jy33",
  state: "running",
  created_at: "2026-11-22T20:51:05.223000Z",
  started_at: "2026-11-22T20:51:05.306000Z",
  finished_at: null,
  progress: { rows: 0, spine_rows: 2 },
  failure: null,
  data: null,
  manifest: null,
};

export const finishedTrainingSet: z.infer<typeof TrainingSet> = {
  ...runningTrainingSet,
  state: "finished",
  finished_at: "2026-11-22T20:51:05.363000Z",
  progress: { rows: 2, spine_rows: 2 },
  data: "/api/training-sets/zq2nporvjrd7jy33/data",
  manifest: {
    ...{ id: "zq2nporvjrd7jy33", tenant: null, entity: "speech", service: null },
    options: {
      ...{ service: null, format: "parquet", asOfColumn: "as_of", timeZone: null, split: null },
      ...{ labelColumn: null, allowLeakage: null },
    },
    views: [
      {
        ...{ view: "speech_sentiment", version: 1, meaning_hash: "2f0c5a…", plan: "join", joined_rows: 2 },
        rows: { missing: 0, expired: 0, without_history: 0 },
      },
    ],
    columns: [
      { name: "speech_id", role: "key", type: "int64" },
      { name: "as_of", role: "as_of", type: "timestamp" },
      {
        ...{ name: "speech_sentiment.sentiment", role: "feature", type: "string" },
        ...{ view: "speech_sentiment", version: 1, feature: "sentiment" },
      },
    ],
    labels: [],
    leakage: { features: [], notes: [], refused: false },
    spine: { rows: 2, sha256: "9b1e7d…" },
    sources: [
      {
        ...{ source: "analyses", at: "2026-11-22T20:51:05.310000Z", rows: 699, largest: { id: "699" } },
        ...{ latest: "1763812800000000", moved: false },
      },
    ],
    horizon: { cluster: "7575912042183229921", transaction: "841" },
    kept: [],
    result: { file: "data.parquet", bytes: 1804, sha256: "41d8c2…", rows: 2 },
    split: {},
    unparsed: [],
    warnings: [],
    packages: { "@featstore/server": "0.1.0", "apache-arrow": "21.2.0", "parquet-wasm": "0.8.0", compiler: "12" },
    rerun: null,
  },
};
