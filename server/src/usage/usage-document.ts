import type { DocumentOf, KeyLimits } from "../http/index";
import type { UsageQuery, UsageRow } from "./report-store";
import type { UsageAnswer, UsageRow as UsageRowDocument } from "./usage-schema";
import type { MonthTotals } from "./usage-store";

/** Maps a row of a report to its JSON document. */
export function usageRowDocument({ group, requests, rows, more }: UsageRow): DocumentOf<typeof UsageRowDocument> {
  return {
    ...group,
    ...{ requests, rows },
    ...(more === null ? {} : { bytes: more.bytes, errors: more.errors, latency_ms: more.latency }),
  };
}

type HolderLimits = Pick<KeyLimits, "rate" | "month">;

/** The limits of a holder, and what was used of them. */
interface Holder {
  readonly limits: HolderLimits;
  readonly used: MonthTotals;
}

/** The rest of each limit. */
export interface LimitsOfCaller {
  /** Null for a key without an organisation. */
  readonly organisation: Holder | null;
  readonly excess: KeyLimits["excess"];
  /** The line of the key; null for a person. */
  readonly line: Holder | null;
  /** Microseconds since 1970 UTC. */
  readonly resetsAt: number;
}

/** Maps the limits of an organisation and of the key, with what was used and what is left, to their JSON document. */
export function limitsDocument({
  organisation,
  excess,
  line,
  resetsAt,
}: LimitsOfCaller): DocumentOf<typeof UsageAnswer>["limits"] {
  return {
    resets_at: new Date(resetsAt / 1000).toISOString(),
    organisation: organisation === null ? null : { ...ofHolder(organisation), excess },
    key: line === null ? null : ofHolder(line),
  };
}

function ofHolder({ limits: { rate, month }, used }: Holder) {
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
): DocumentOf<typeof UsageAnswer> {
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
