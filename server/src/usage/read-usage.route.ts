import { createRoute, z } from "@hono/zod-openapi";
import { invalidParameter, type Tier } from "../core/index";
import {
  type ApiRequest,
  choice,
  codes,
  type Handler,
  holderOf,
  json,
  jsonText,
  type KeyLimits,
  keyedOrSession,
  orMediaType,
  problems,
  requestOf,
} from "../http/index";
import { groupColumns, type UsageReports, type UsageSubject } from "./report-store";
import { usageCsv } from "./usage-csv";
import { limitsDocument, usageDocument } from "./usage-document";
import type { UsageMeter } from "./usage-meter";
import { isDay, MAX_DAYS, OWN_GROUPINGS, usageQuery } from "./usage-query";
import { UsageAnswer } from "./usage-schema";
import { utcDay } from "./utc-day";

const day = (description: string) =>
  z
    .string()
    .refine(isDay, { error: ({ input }) => `expected a day such as 2026-01-31, got "${String(input).slice(0, 60)}"` })
    .optional()
    .describe(description)
    .openapi({ format: "date", pattern: "^2\\d{3}-\\d{2}-\\d{2}$" });

export const readUsageContract = createRoute({
  method: "get",
  path: "/api/usage",
  operationId: "readUsage",
  tags: ["usage"],
  summary: "Read what the organisation used, and what is left of its limits",
  description:
    `At most ${MAX_DAYS} days in UTC. Contains everything that this server answered before the request; what other ` +
    "servers answered follows within `usage.flush_seconds`. Needs scope `usage:read`.",
  security: keyedOrSession,
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
    200: orMediaType(
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
      "text/csv",
    ),
    ...problems(...codes.keyed, ...codes.session, "organisation_not_found", "invalid_parameter"),
  },
});

export interface UsageReading {
  readonly meter: Pick<UsageMeter, "flush" | "resetsAt">;
  readonly reports: UsageReports;
  /** Reads what a person's organisation may do. Errors: `organisation_not_found`. */
  readonly tierOf: (organisation: string) => Promise<Tier>;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
}

const NOTHING = { requests: 0, rows: 0, bytes: 0 };
const HEADERS = { "cache-control": "private, no-store" };

const read = requestOf(readUsageContract);

export function readUsage(reading: UsageReading): Handler {
  const { meter, reports, clock } = reading;
  return async (request) => {
    const now = clock();
    const { format = "json", ...parameters } = read(request).query;
    const { query, faults } = usageQuery(parameters, now, OWN_GROUPINGS);
    if (faults.length > 0) throw invalidParameter(faults);
    const caller = await callerOf(request, reading);
    const { subject } = caller;
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
    const holders = [caller.organisation, caller.line].flatMap((holder) => holder ?? []);
    const totals = await reports.month(
      utcDay(now).month,
      holders.map(({ id }) => id),
    );
    const withUsed = (holder: Holder | null) =>
      holder === null ? null : { limits: holder.limits, used: totals.get(holder.id) ?? NOTHING };
    const left = limitsDocument({
      organisation: withUsed(caller.organisation),
      excess: caller.excess,
      line: withUsed(caller.line),
      resetsAt: meter.resetsAt(),
    });
    const body = jsonText(UsageAnswer, usageDocument(report, rows, left));
    return { status: 200, contentType: "application/json", body, headers: HEADERS };
  };
}

interface Holder {
  readonly id: string;
  readonly limits: Pick<KeyLimits, "rate" | "month">;
}

/** Whose usage is read: a person sees that of the organisation, and has no key. */
interface UsageCaller {
  readonly subject: UsageSubject;
  readonly organisation: Holder | null;
  readonly line: Holder | null;
  readonly excess: KeyLimits["excess"];
}

async function callerOf(request: ApiRequest, { tierOf }: Pick<UsageReading, "tierOf">): Promise<UsageCaller> {
  if (request.person !== null) {
    const { organisation: id } = request.person;
    const tier = await tierOf(id);
    return {
      subject: { kind: "organisation", id },
      organisation: { id, limits: tier },
      line: null,
      excess: tier.excess,
    };
  }
  const { organisation: id, lineId, limits } = holderOf(request);
  const line = { id: lineId, limits };
  const { excess } = limits;
  if (id === null) return { subject: { kind: "line", id: lineId }, organisation: null, line, excess };
  const organisation = limits.organisation === null ? null : { id, limits: limits.organisation };
  return { subject: { kind: "organisation", id }, organisation, line, excess };
}
