import type { LimitChanges, Tier, Tiers } from "../core/index";

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
function withChanges(tier: Tier, changes: LimitChanges): Tier {
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
