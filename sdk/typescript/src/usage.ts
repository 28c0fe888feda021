import type { components } from "./generated/openapi";
import { bodyOf } from "./read-document";
import type { CallOptions, Transport } from "./transport";
import type { CallPromise } from "./transport/call-promise";

type Schemas = components["schemas"];

/** The subject of each row of a report. */
export type UsageGrouping = "day" | "key" | "operation" | "view" | "month";

/** A report: `usage` has one row per group, `total` their sum, and `limits` the rest of this month's limits. */
export type UsageReport = Schemas["UsageAnswer"];

/** The usage of one group. `requests` were answered with 2xx or 304; `rows` are entities, hits and rows of training sets. */
export type UsageRow = Schemas["UsageRow"];

export interface GetUsageOptions extends CallOptions {
  /** The first day in UTC, `"2026-01-01"`; the first of the month of `to` by default. At most 400 days before `to`. */
  readonly from?: string;
  /** The last day in UTC; today by default. */
  readonly to?: string;
  /** `"day"` by default. */
  readonly by?: UsageGrouping;
}

/** Reads the organisation's usage, or that of a key without one. Needs the scope `usage:read`. */
export interface Usage {
  /**
   * Reads the usage of some days, and what is left of the limits.
   *
   * @example
   * const { usage, limits } = await client.usage.get({ from: "2026-01-01", to: "2026-01-31", by: "key" });
   * console.log(limits.key?.month.requests.left);
   */
  get(options?: GetUsageOptions): CallPromise<UsageReport>;
}

export function createUsage(transport: Transport): Usage {
  return {
    get: ({ from, to, by, ...call } = {}) =>
      bodyOf<UsageReport>(transport, {
        ...call,
        method: "GET",
        path: "/api/usage",
        query: { from, to, by },
        expect: (answer) => Array.isArray(answer.usage),
      }),
  };
}
