import { FeatstoreError, type Tier, type Tiers } from "../core/index";
import { refuseStoreFault } from "../database/index";
import { effectiveTier } from "./effective-tier";
import type { KeyStore } from "./key-store";

/**
 * Reads what an organisation may do: its tier with the operator's changes. Errors: `organisation_not_found`,
 * `store_unavailable`, `store_timeout`.
 */
export type OrganisationTier = (organisation: string) => Promise<Tier>;

export function createOrganisationTier(store: Pick<KeyStore, "organisation">, tiers: Tiers): OrganisationTier {
  return async (organisation) => {
    const terms = await store.organisation(organisation).catch(refuseStoreFault);
    if (terms !== undefined) return effectiveTier(tiers, terms);
    throw new FeatstoreError("organisation_not_found", "There is no organisation with this id.");
  };
}
