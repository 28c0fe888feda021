import { type CallOptions, type Database, refuseStoreFault } from "../database/index";
import { type Latency, latencyOf } from "./latency-histogram";
import type { MonthTotals } from "./usage-store";

/** The subject of a report's rows. */
export const GROUPINGS = ["organisation", "key", "operation", "view", "day", "month"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Whose usage is reported. */
export type UsageSubject =
  | { readonly kind: "all" }
  | { readonly kind: "organisation"; readonly id: string }
  /** A line of rotated keys without an organisation. */
  | { readonly kind: "line"; readonly id: string };

export interface UsageQuery {
  readonly subject: UsageSubject;
  /** The first and the last day in UTC, `2026-01-31`. */
  readonly from: string;
  readonly to: string;
  readonly by: Grouping;
}

/** The usage of one group. */
export interface UsageRow {
  /** Null for a key of the operator's. */
  readonly organisation: string | null;
  readonly organisationName: string | null;
  /** The values of the grouping's columns, by name. */
  readonly group: Readonly<Record<string, string | number>>;
  readonly requests: number;
  readonly rows: number;
  /** Figures that reports by view do not have. */
  readonly more: { readonly bytes: number; readonly errors: number; readonly latency: Latency | null } | null;
}

/** Reads stored usage. */
export interface UsageReports {
  /** Lists usage by group, in the order of the groups. Errors: `store_unavailable`, `store_timeout`. */
  rows(query: UsageQuery, options?: CallOptions): Promise<readonly UsageRow[]>;
  /** Returns the requests of an organisation's keys: by key, by day. Errors: as `rows`. */
  keyDays(
    query: { readonly organisation: string; readonly from: string; readonly to: string },
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>>;
  /** Returns the totals of a month by holder: an organisation, or the first key of a line. */
  month(month: string, holders: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, MonthTotals>>;
}

/** The columns of each grouping: name and SQL. `u`: the usage, `k`: its key. */
const COLUMNS: Readonly<Record<Grouping, readonly (readonly [name: string, sql: string])[]>> = {
  organisation: [],
  key: [
    ["key_id", "u.key_id"],
    ["key_name", "coalesce(k.name, '')"],
    ["line_id", "coalesce(k.first_id, u.key_id)"],
  ],
  operation: [["operation", "u.operation"]],
  view: [
    ["view", "u.view"],
    ["version", "u.version"],
  ],
  day: [["day", "u.day::text"]],
  month: [["month", "to_char(u.day, 'YYYY-MM')"]],
};

const MORE = `, sum(u.bytes)::float8 as bytes, sum(u.errors)::float8 as errors,
    array_to_json(featstore.sum_counts(u.latency))::text as latency`;

const SHORT_MS = 15_000;

interface Row extends Readonly<Record<string, string | number | null>> {
  readonly organisation_id: string | null;
  readonly organisation_name: string | null;
  readonly requests: number;
  readonly rows: number;
}

/** Returns the names of a grouping's columns. */
export function groupColumns(by: Grouping): readonly string[] {
  return COLUMNS[by].map(([name]) => name);
}

/** Reads the tables of `migrations/tables/10-usage.sql`. */
export function createUsageReports(database: Database): UsageReports {
  return {
    async rows({ subject, from, to, by }, options) {
      const columns = COLUMNS[by].map(([name, sql]) => `${sql} as ${name}, `);
      const positions = Array.from({ length: columns.length + 2 }, (_, index) => index + 1);
      const isByView = by === "view";
      const text = `
select u.organisation_id, o.name as organisation_name, ${columns.join("")}
    sum(u.requests)::float8 as requests, sum(u.rows)::float8 as rows
    ${isByView ? "" : MORE}
  from featstore.${isByView ? "usage_views" : "usage_days"} as u
  left join featstore.organisations as o on o.id = u.organisation_id
  left join featstore.api_keys as k on k.id = u.key_id
  where u.day between $1::text::date and $2::text::date ${CONDITION[subject.kind]}
  group by ${positions.join(", ")} order by ${positions.join(", ")}`;
      const parameters = subject.kind === "all" ? [from, to] : [from, to, subject.id];
      const rows = await database
        .query<Row>({ text, parameters }, { deadlineMs: SHORT_MS, ...options })
        .catch(refuseStoreFault);
      return rows.map((row) => usageRow(row, by));
    },
    async keyDays({ organisation, from, to }, options) {
      const rows = await database
        .query<{ readonly key: string; readonly day: string; readonly requests: number }>(
          {
            text: `select key_id as key, day::text as day, sum(requests)::float8 as requests from featstore.usage_days
  where organisation_id = $1::text and day between $2::text::date and $3::text::date group by 1, 2`,
            parameters: [organisation, from, to],
          },
          { deadlineMs: SHORT_MS, ...options },
        )
        .catch(refuseStoreFault);
      const byKey = new Map<string, Map<string, number>>();
      for (const { key, day, requests } of rows) byKey.set(key, (byKey.get(key) ?? new Map()).set(day, requests));
      return byKey;
    },
    async month(month, holders, options) {
      const rows = await database
        .query<MonthTotals & { readonly holder: string }>(
          {
            text: `select holder, requests::float8 as requests, rows::float8 as rows, bytes::float8 as bytes
  from featstore.usage_months where month = $1::text::date and holder in (select jsonb_array_elements_text($2::text::jsonb))`,
            parameters: [month, JSON.stringify(holders)],
          },
          { deadlineMs: SHORT_MS, ...options },
        )
        .catch(refuseStoreFault);
      return new Map(rows.map(({ holder, ...totals }) => [holder, totals]));
    },
  };
}

const CONDITION: Readonly<Record<UsageSubject["kind"], string>> = {
  all: "",
  organisation: "and u.organisation_id = $3::text",
  line: "and u.organisation_id is null and coalesce(k.first_id, u.key_id) = $3::text",
};

function usageRow(row: Row, by: Grouping): UsageRow {
  const { organisation_id: organisation, organisation_name: organisationName, requests, rows } = row;
  const group = Object.fromEntries(COLUMNS[by].map(([name]) => [name, row[name] ?? ""]));
  const more =
    by === "view"
      ? null
      : {
          bytes: Number(row.bytes),
          errors: Number(row.errors),
          latency: latencyOf(JSON.parse(String(row.latency)) as readonly number[]), // a bigint array
        };
  return { organisation, organisationName, group, requests, rows, more };
}
