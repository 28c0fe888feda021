import { createRoute, z } from "@hono/zod-openapi";
import { choice, codes, type Handler, holderOf, json, keyed, problems, text } from "../../http/index";
import type { RunReader } from "./run-reader";

const Run = z
  .object({
    run_id: z.string(),
    view: z.string(),
    version: z.int(),
    generation: z.int(),
    state: z
      .enum(["running", "published", "failed", "abandoned", "interrupted"])
      .describe(
        "`abandoned`: its process died, and its remains were removed; `interrupted`: a backfill that can be resumed",
      ),
    kind: z.enum(["full", "incremental"]),
    recomputed: z.int().nullable().describe("Entities that an incremental run computed; null for a full run"),
    why_full: z.string().nullable().describe("Why a run that was requested as incremental is full, as a stable code"),
    repaired: z.int().nullable().describe("Rows that a reconciling run corrected; null if it did not reconcile"),
    as_of: z.string(),
    watermark: z.string().nullable().describe("The PostgreSQL transaction id up to which writes are in the generation"),
    started_at: z.string(),
    finished_at: z.string().nullable(),
    duration_ms: z.int().nullable().describe("null while it runs"),
    rows: z.int().nullable().describe("Rows of the whole generation; null before it is loaded"),
    ignored_rows: z.int().nullable().describe("Rows left out because tenant and key together are too long"),
    chunks: z
      .object({ done: z.int(), total: z.int() })
      .nullable()
      .describe("Progress of a running or interrupted backfill; null for any other run"),
    failure: z
      .object({ code: z.string() })
      .nullable()
      .describe("A stable code; `featstore runs` has the message, which may hold the key of an entity"),
    broken_contracts: z.array(
      z.object({ feature: z.string(), rule: z.string(), promise: z.string(), rows: z.int().nullable() }).strict(),
    ),
    forced_because: z.string().nullable().describe("Why it was published although it breaks a contract"),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string() }).strict())
      .describe(
        "Warnings of a published run; `rows_lost`: many of the rows served before are gone; `served_values_differ`: rows read back are not served as the table has them",
      ),
  })
  .openapi("Run");

const RunList = z
  .object({
    runs: z.array(Run),
    next: z.string().nullable().describe("`before` for the next page; null on the last page"),
  })
  .openapi("RunList");

export const listRunsContract = createRoute({
  method: "get",
  path: "/api/runs",
  operationId: "listRuns",
  tags: ["registry"],
  summary: "List the runs that materialized feature views",
  description:
    "Newest first, including running ones. For a key that is bound to a tenant, runs of views with tenants have null " +
    "for every count, which is over all tenants. Needs scope `registry:read`.",
  security: keyed,
  request: {
    query: z
      .object({
        view: text("`speech_sentiment`, all its versions, or `speech_sentiment@2`", "speech_sentiment").optional(),
        state: choice("Only runs in this state", [
          "running",
          "published",
          "failed",
          "abandoned",
          "interrupted",
        ]).optional(),
        limit: z.int().min(1).max(1000).optional().describe("How many runs; 50 by default"),
        before: z
          .string()
          .regex(/^[1-9][0-9]{0,17}$/)
          .optional()
          .describe("The id of a run: only runs before it"),
      })
      .strict(),
  },
  responses: {
    200: json(RunList, "The runs", {
      runs: [
        {
          run_id: "7",
          view: "speech_sentiment",
          version: 1,
          generation: 1,
          state: "published",
          kind: "full",
          recomputed: null,
          why_full: null,
          repaired: null,
          as_of: "2026-11-22T20:50:25.677000Z",
          watermark: "833",
          started_at: "2026-11-22T20:50:25.677000Z",
          finished_at: "2026-11-22T20:50:25.791000Z",
          duration_ms: 114,
          rows: 233,
          ignored_rows: 0,
          chunks: null,
          failure: null,
          broken_contracts: [],
          forced_because: null,
          warnings: [],
        },
      ],
      next: null,
    }),
    ...problems(
      ...codes.keyed,
      "invalid_parameter",
      "feature_view_not_found",
      "resource_forbidden",
      "feature_view_retired",
      "feature_view_version_not_found",
    ),
  },
});

export function listRuns(runs: RunReader): Handler {
  return (request) => runs.list(request.query, holderOf(request)).then((page) => JSON.stringify(page));
}
