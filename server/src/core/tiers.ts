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
