import type { AuthConfig } from "../core/index";
import type { Mailer } from "../mail/index";
import type { Platform } from "../platform/index";
import { createAccountReader } from "./account-reader";
import { createOrganisationStore } from "./organisation-store";
import { createOrganisationService, type Organisations } from "./organisations";

/** Creates the service for organisations and their people. */
export function createOrganisations({ config, database }: Platform, auth: AuthConfig, mailer: Mailer): Organisations {
  return createOrganisationService({
    store: createOrganisationStore(database, {
      signup: auth.signup,
      domains: auth.domains,
      tier: config.tiers.default,
    }),
    reader: createAccountReader(database),
    mailer,
    baseUrl: auth.baseUrl,
  });
}
