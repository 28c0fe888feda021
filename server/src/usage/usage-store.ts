import { type CallOptions, type Database, ownQuery } from "../database/index";

/** Usage of a key with one operation on one day. */
export interface OperationUsage {
  /** In UTC, `2026-01-31`. */
  readonly day: string;
  readonly keyId: string;
  readonly lineId: string;
  readonly organisation: string | null;
  readonly operation: string;
  readonly requests: number;
  readonly rows: number;
  readonly bytes: number;
  readonly errors: number;
  /** Answered requests per bucket of duration, as far as the slowest. */
  readonly latency: readonly number[];
}

/** Reads by a key of one view version on one day. */
export interface ViewUsage {
  readonly day: string;
  readonly keyId: string;
  readonly view: string;
  readonly version: number;
  readonly requests: number;
  readonly rows: number;
}

/** Counts of one month. */
export interface MonthTotals {
  readonly requests: number;
  readonly rows: number;
  /** Of downloads. */
  readonly bytes: number;
}

/** Counts of a process since its last flush. */
export interface UsageFlush {
  readonly writer: string;
  /** Numbers the flushes of the writer: 1, 2, 3, … */
  readonly number: number;
  /** The first day of the month whose totals are returned. */
  readonly month: string;
  readonly counts: readonly OperationUsage[];
  readonly views: readonly ViewUsage[];
  /** The monthly quotas of organisations; those without a quota have no member. */
  readonly limits: Readonly<Record<string, Partial<MonthTotals>>>;
  /** Organisations and lines of keys. */
  readonly holders: readonly string[];
}

/** A notice that an organisation used this many percent of a month's quota. */
export interface QuotaNotice {
  readonly organisation: string;
  /** `2026-01` */
  readonly month: string;
  readonly quota: keyof MonthTotals;
  readonly percent: number;
  readonly used: number;
  readonly maximum: number;
}

export interface RecordedUsage {
  readonly totals: readonly (MonthTotals & { readonly holder: string })[];
  /** Notices that this flush was the first to reach. */
  readonly notices: readonly QuotaNotice[];
}

/** Stores usage. */
export interface UsageStore {
  /** Adds the counts of a flush in one statement. A flush that is repeated changes nothing and returns the same notices. */
  record(flush: UsageFlush, options?: CallOptions): Promise<RecordedUsage>;
}

/** Stores usage with the SQL function `record_usage`. */
export function createUsageStore(database: Database): UsageStore {
  return {
    async record(flush, options) {
      const [row] = await ownQuery<{ recorded: string }>(
        database,
        {
          text: "select featstore.record_usage($1::text::jsonb)::text as recorded",
          parameters: [JSON.stringify(flush)],
        },
        options,
      );
      return JSON.parse(row?.recorded ?? "null") as RecordedUsage; // the function's documented result
    },
  };
}
