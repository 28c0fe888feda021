import type { Config, Fault, LimitChanges, Tier, Tiers } from "../core/index";
import type { KeyLimits } from "../http/index";
import type { OrganisationTerms } from "./effective-tier";

/** The ranges of a key's own limits. */
const RANGES: Readonly<Record<keyof LimitChanges, readonly [min: number, max: number]>> = {
  requests_per_second: [1, 1_000_000],
  burst: [1, 10_000_000],
  requests_per_month: [1, Number.MAX_SAFE_INTEGER],
  rows_per_month: [1, Number.MAX_SAFE_INTEGER],
  bytes_per_month: [1, Number.MAX_SAFE_INTEGER],
  exports: [0, 1000],
  batch_ids: [1, 10_000],
  search_hits: [1, 10_000],
};

export const LIMIT_NAMES = Object.keys(RANGES) as readonly (keyof LimitChanges)[];

/** An organisation as the limits of its keys depend on it. */
export interface KeyOrganisation extends OrganisationTerms {
  readonly id: string;
  readonly tenant: string | null;
  readonly isDeleted: boolean;
}

/** Returns the limits of keys without an organisation. */
export function operatorLimits({ limits, trainingSets }: Pick<Config, "limits" | "trainingSets">): KeyLimits {
  return {
    rate: limits.rate,
    month: { requests: null, rows: null, bytes: null },
    organisation: null,
    excess: "refuse",
    exports: trainingSets.maxWaitingPerTenant,
    batchIds: limits.batchIds,
    searchHits: Number.MAX_SAFE_INTEGER,
  };
}

export function isKnownTier(tiers: Tiers, { tier }: OrganisationTerms): boolean {
  return tiers.levels[tier] !== undefined;
}

/** Returns the limits of an organisation's keys without limits of their own. */
export function organisationLimits({ rate, month, excess, exports, batchIds, searchHits }: Tier): KeyLimits {
  return { rate, month, organisation: { rate, month }, excess, exports, batchIds, searchHits };
}

/** Applies a key's own limits: the lower one counts, also after the organisation's limits have shrunk. */
export function withOwnLimits(limits: KeyLimits, own: LimitChanges): KeyLimits {
  const { rate, month } = limits;
  return {
    ...limits,
    rate: { perSecond: lower(rate.perSecond, own.requests_per_second), burst: lower(rate.burst, own.burst) },
    month: {
      requests: lowerQuota(month.requests, own.requests_per_month),
      rows: lowerQuota(month.rows, own.rows_per_month),
      bytes: lowerQuota(month.bytes, own.bytes_per_month),
    },
    exports: lower(limits.exports, own.exports),
    batchIds: lower(limits.batchIds, own.batch_ids),
    searchHits: lower(limits.searchHits, own.search_hits),
  };
}

function lower(limit: number, own: number | undefined): number {
  return own === undefined ? limit : Math.min(limit, own);
}

function lowerQuota(limit: number | null, own: number | undefined): number | null {
  return limit === null ? (own ?? null) : lower(limit, own);
}

/** Returns what is wrong with a key's own limits: unknown names, values out of range, or above `limits`. */
export function ownLimitFaults(own: LimitChanges, limits: KeyLimits): readonly Fault[] {
  return Object.entries(own).flatMap(([name, value]): readonly Fault[] => {
    const known = LIMIT_NAMES.find((each) => each === name);
    const path = `limits.${name.slice(0, 60)}`;
    if (known === undefined) return [{ path, detail: `unknown limit; expected one of ${LIMIT_NAMES.join(", ")}` }];
    const [min, max] = RANGES[known];
    const most = Math.min(max, limitOf(limits, known));
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= most) return [];
    const detail = `expected an integer from ${min} to ${Math.floor(most)}, the limit that applies without it`;
    return [{ path, detail }];
  });
}

function limitOf(limits: KeyLimits, name: keyof LimitChanges): number {
  const unlimited = Number.MAX_SAFE_INTEGER;
  const values: Readonly<Record<keyof LimitChanges, number>> = {
    requests_per_second: limits.rate.perSecond,
    burst: limits.rate.burst,
    requests_per_month: limits.month.requests ?? unlimited,
    rows_per_month: limits.month.rows ?? unlimited,
    bytes_per_month: limits.month.bytes ?? unlimited,
    exports: limits.exports,
    batch_ids: limits.batchIds,
    search_hits: limits.searchHits,
  };
  return values[name];
}
