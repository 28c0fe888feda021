import { type AuthConfig, type Config, FeatstoreError, generatedSecret } from "../core/index";
import type { Mailer } from "../mail/index";
import type { Organisations } from "../organisations/index";
import type { AttemptLimits, Platform } from "../platform/index";
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

/**
 * Returns the secret that signs session cookies: the configured one, or, with the embedded database, that of the file
 * `auth-secret` in the data folder. Errors: `auth_secret_required`, `data_folder_unusable`.
 */
function authSecretOf(auth: AuthConfig, { database, dataDir }: Pick<Config, "database" | "dataDir">): string {
  if (auth.secret !== null) return auth.secret.reveal();
  if (database.kind === "postgres") {
    throw new FeatstoreError(
      "auth_secret_required",
      "With DATABASE_URL and FEATSTORE_AUTH set, FEATSTORE_AUTH_SECRET is required: every replica needs the same one. Make it with `openssl rand -hex 32`.",
    );
  }
  return generatedSecret(dataDir, "auth-secret", "everybody has to sign in again");
}
