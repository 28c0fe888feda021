/** A limit of requests per second: a bucket that holds `burst` tokens and gains `perSecond`. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** The quotas of a calendar month (UTC); null: any number. */
export interface MonthlyQuota {
  readonly requests: number | null;
  readonly rows: number | null;
  /** Bytes of downloads. */
  readonly bytes: number | null;
}

/** The limits of an organisation. */
export interface Tier {
  readonly rate: Rate;
  readonly month: MonthlyQuota;
  /** The treatment of requests beyond a month's quota: refused, or served and reported. */
  readonly excess: "refuse" | "serve";
  /** Exports and training sets that may run or wait at once. */
  readonly exports: number;
  /** Ids of one batch. */
  readonly batchIds: number;
  /** Hits of one search. */
  readonly searchHits: number;
  /** Patterns of the names of views and datasets that its keys may read: `speech_*`, `*`. */
  readonly resources: readonly string[];
}

/** An operator's changes to an organisation's tier, or a key's own limits. Absent: as the tier. */
export interface LimitChanges {
  readonly requests_per_second?: number;
  readonly burst?: number;
  readonly requests_per_month?: number;
  readonly rows_per_month?: number;
  readonly bytes_per_month?: number;
  readonly exports?: number;
  readonly batch_ids?: number;
  readonly search_hits?: number;
}

/** The configured tiers by name. */
export interface Tiers {
  /** The tier of new organisations, and of those whose tier is no longer configured. */
  readonly default: string;
  readonly levels: Readonly<Record<string, Tier>>;
}

/** The tier of an organisation, with the operator's changes. */
export interface OrganisationTerms {
  readonly tier: string;
  readonly limits: LimitChanges;
}

/** Returns the limits of an organisation. A tier that is no longer configured counts as the default one. */
export function effectiveTier({ levels, default: usual }: Tiers, { tier, limits }: OrganisationTerms): Tier {
  const level = levels[tier] ?? levels[usual];
  if (level === undefined) throw new Error("the default tier is not configured");
  return withChanges(level, limits);
}

/** Applies an operator's changes to a tier. A change may raise a limit. */
export function withChanges(tier: Tier, changes: LimitChanges): Tier {
  return {
    ...tier,
    rate: {
      perSecond: changes.requests_per_second ?? tier.rate.perSecond,
      burst: changes.burst ?? tier.rate.burst,
    },
    month: {
      requests: changes.requests_per_month ?? tier.month.requests,
      rows: changes.rows_per_month ?? tier.month.rows,
      bytes: changes.bytes_per_month ?? tier.month.bytes,
    },
    exports: changes.exports ?? tier.exports,
    batchIds: changes.batch_ids ?? tier.batchIds,
    searchHits: changes.search_hits ?? tier.searchHits,
  };
}
