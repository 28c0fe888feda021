import type { AuthConfig } from "../core/index";
import type { Mailer } from "../mail/index";
import type { Organisations } from "../organisations/index";
import type { AttemptLimits, Platform } from "../platform/index";
import { authSecretOf } from "./auth-secret";
import { createIdentity, type Identity } from "./identity";

/** Creates the service that signs people in. Errors: `auth_secret_required`, `data_folder_unusable`. */
export function createIdentityModule(
  { config, database, logger, onClose }: Platform,
  auth: AuthConfig,
  context: { readonly organisations: Organisations; readonly mailer: Mailer; readonly attempts: AttemptLimits },
): Identity {
  const identity = createIdentity({ auth, secret: authSecretOf(auth, config), database, logger, ...context });
  onClose(() => identity.idle());
  return identity;
}
