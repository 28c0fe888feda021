import { createRoute, z } from "@hono/zod-openapi";
import { choice, codes, type Handler, json, keyed, problems } from "../http/index";
import { groupColumns, type UsageReports, type UsageSubject } from "./report-store";
import { usageCsv } from "./usage-csv";
import { limitsDocument, usageDocument } from "./usage-document";
import type { UsageMeter } from "./usage-meter";
import { MAX_DAYS, OWN_GROUPINGS, parseUsageQuery } from "./usage-query";
import { UsageAnswer } from "./usage-schema";
import { utcDay } from "./utc-day";

const day = (description: string) => z.iso.date().optional().describe(description);

export const readUsageContract = createRoute({
  method: "get",
  path: "/api/usage",
  operationId: "readUsage",
  tags: ["usage"],
  summary: "Read what the organisation used, and what is left of its limits",
  description:
    `At most ${MAX_DAYS} days in UTC. Contains everything that this server answered before the request; what other ` +
    "servers answered follows within `usage.flush_seconds`. Needs scope `usage:read`.",
  security: keyed,
  request: {
    query: z
      .object({
        from: day("The first day; by default the first of the month of `to`"),
        to: day("The last day; by default today"),
        by: choice("What each row is about, `day` by default", OWN_GROUPINGS).optional(),
        format: choice("`json` by default", ["json", "csv"]).optional(),
      })
      .strict(),
  },
  responses: {
    200: withCsv(
      json(UsageAnswer, "The usage", {
        organisation: "org_k3v7w2q5m4x6p2ab",
        from: "2026-11-01",
        to: "2026-11-22",
        by: "operation",
        usage: [
          {
            operation: "readFeatures",
            requests: 1200,
            rows: 1200,
            bytes: 0,
            errors: 3,
            latency_ms: { p50: 0.141, p95: 0.324, p99: 0.71 },
          },
        ],
        total: { requests: 1200, rows: 1200, bytes: 0, errors: 3 },
        limits: {
          resets_at: "2026-12-01T00:00:00.000Z",
          organisation: {
            requests_per_second: 20,
            burst: 200,
            month: {
              requests: { limit: 100000, used: 1200, left: 98800 },
              rows: { limit: 1000000, used: 1200, left: 998800 },
              bytes: { limit: 10737418240, used: 0, left: 10737418240 },
            },
            excess: "refuse",
          },
          key: {
            requests_per_second: 20,
            burst: 200,
            month: {
              requests: { limit: null, used: 1200, left: null },
              rows: { limit: null, used: 1200, left: null },
              bytes: { limit: null, used: 0, left: null },
            },
          },
        },
      }),
    ),
    ...problems(...codes.keyed, "invalid_parameter"),
  },
});

function withCsv<Response extends { readonly content: object }>(response: Response) {
  return { ...response, content: { ...response.content, "text/csv": { schema: { type: "string" as const } } } };
}

export interface UsageReading {
  readonly meter: Pick<UsageMeter, "flush" | "resetsAt">;
  readonly reports: UsageReports;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
}

const NOTHING = { requests: 0, rows: 0, bytes: 0 };
const HEADERS = { "cache-control": "private, no-store" };

export function readUsage({ meter, reports, clock }: UsageReading): Handler {
  return async ({ query: rawQuery, principal }) => {
    if (principal === null) throw new Error("a keyed route without a key");
    const now = clock();
    const { query, format } = parseUsageQuery(rawQuery, now);
    const { organisation, lineId, limits } = principal;
    const subject: UsageSubject =
      organisation === null ? { kind: "line", id: lineId } : { kind: "organisation", id: organisation };
    // What is counted here must not be missing from the answer.
    await meter.flush();
    const report = { ...query, subject };
    const rows = await reports.rows(report);
    if (format === "csv") {
      const body = usageCsv(rows, groupColumns(query.by), { withOrganisation: false, hasMore: query.by !== "view" });
      const disposition = `attachment; filename="usage-${query.from}-${query.to}.csv"`;
      const headers = { ...HEADERS, "content-disposition": disposition };
      return { status: 200, contentType: "text/csv; charset=utf-8; header=present", body, headers };
    }
    const totals = await reports.month(utcDay(now).month, [lineId, ...(organisation === null ? [] : [organisation])]);
    const left = limitsDocument({
      limits,
      organisation: (organisation === null ? undefined : totals.get(organisation)) ?? NOTHING,
      line: totals.get(lineId) ?? NOTHING,
      resetsAt: meter.resetsAt(),
    });
    const body = JSON.stringify(usageDocument(report, rows, left));
    return { status: 200, contentType: "application/json", body, headers: HEADERS };
  };
}
