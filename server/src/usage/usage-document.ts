import type { KeyLimits } from "../http/index";
import type { UsageQuery, UsageRow } from "./report-store";
import type { MonthTotals } from "./usage-store";

/** Maps a row of a report to its JSON document. */
export function usageRowDocument({ group, requests, rows, more }: UsageRow) {
  return {
    ...group,
    ...{ requests, rows },
    ...(more === null ? {} : { bytes: more.bytes, errors: more.errors, latency_ms: more.latency }),
  };
}

/** What is left of each limit. */
export interface LimitsOfKey {
  readonly limits: KeyLimits;
  readonly organisation: MonthTotals;
  readonly line: MonthTotals;
  /** Milliseconds since 1970 UTC. */
  readonly resetsAt: number;
}

/** Maps the limits of a key and its organisation, with what was used and what is left, to their JSON document. */
export function limitsDocument({ limits, organisation, line, resetsAt }: LimitsOfKey) {
  const { excess } = limits;
  return {
    resets_at: new Date(resetsAt).toISOString(),
    organisation: limits.organisation === null ? null : { ...ofHolder(limits.organisation, organisation), excess },
    key: ofHolder(limits, line),
  };
}

function ofHolder({ rate, month }: Pick<KeyLimits, "rate" | "month">, used: MonthTotals) {
  const of = (quota: keyof MonthTotals) => {
    const limit = month[quota];
    return { limit, used: used[quota], left: limit === null ? null : Math.max(0, limit - used[quota]) };
  };
  return {
    requests_per_second: rate.perSecond,
    burst: rate.burst,
    month: { requests: of("requests"), rows: of("rows"), bytes: of("bytes") },
  };
}

/** Maps a report to its JSON document. */
export function usageDocument(
  { subject, from, to, by }: UsageQuery,
  rows: readonly UsageRow[],
  limits: ReturnType<typeof limitsDocument>,
) {
  const sum = (of: (row: UsageRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    organisation: subject.kind === "organisation" ? subject.id : null,
    ...{ from, to, by },
    usage: rows.map(usageRowDocument),
    total: {
      requests: sum(({ requests }) => requests),
      rows: sum(({ rows: read }) => read),
      ...(by === "view"
        ? {}
        : { bytes: sum(({ more }) => more?.bytes ?? 0), errors: sum(({ more }) => more?.errors ?? 0) }),
    },
    limits,
  };
}
