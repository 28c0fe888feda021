import { createRoute, z } from "@hono/zod-openapi";
import {
  choice,
  codes,
  type Handler,
  holderOf,
  json,
  jsonText,
  keyed,
  problems,
  requestOf,
  text,
  wholeNumber,
} from "../../http/index";
import { RUN_STATES } from "./run-query";
import type { RunReader } from "./run-reader";
import { RunList } from "./run-schema";

/** Which runs a list has, for requests and commands. */
export const RunParameters = z
  .object({
    view: text("`speech_sentiment`, all its versions, or `speech_sentiment@2`", "speech_sentiment").optional(),
    state: choice("Only runs in this state", RUN_STATES).optional(),
    limit: wholeNumber("How many runs; 50 by default", 1, 1000).optional(),
    before: z
      .string()
      .regex(/^[1-9][0-9]{0,17}$/, "expected the id of a run")
      .optional()
      .describe("The id of a run: only runs before it"),
  })
  .strict();

export const listRunsContract = createRoute({
  method: "get",
  path: "/api/runs",
  operationId: "listRuns",
  tags: ["registry"],
  summary: "List the runs that materialized feature views",
  description:
    "Newest first, including running ones. For a key that is bound to a tenant, runs of views with tenants have null " +
    "for every count and for the files, which is over all tenants. Needs scope `registry:read`.",
  security: keyed,
  request: {
    query: RunParameters,
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
          progress: null,
          failure: null,
          broken_contracts: [],
          forced_because: null,
          warnings: [],
          read_files: null,
          read_tables: null,
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

const read = requestOf(listRunsContract);

export function listRuns(runs: RunReader): Handler {
  return async (request) => jsonText(RunList, await runs.list(read(request).query, holderOf(request)));
}
