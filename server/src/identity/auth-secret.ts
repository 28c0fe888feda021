import { type AuthConfig, type Config, FeatstoreError, generatedSecret } from "../core/index";

/**
 * Returns the secret that signs session cookies: the configured one, or, with the embedded database, that of the file
 * `auth-secret` in the data folder. Errors: `auth_secret_required`, `data_folder_unusable`.
 */
export function authSecretOf(auth: AuthConfig, { database, dataDir }: Pick<Config, "database" | "dataDir">): string {
  if (auth.secret !== null) return auth.secret.reveal();
  if (database.kind === "postgres") {
    throw new FeatstoreError(
      "auth_secret_required",
      "With DATABASE_URL and FEATSTORE_AUTH set, FEATSTORE_AUTH_SECRET is required: every replica needs the same one. Make it with `openssl rand -hex 32`.",
    );
  }
  return generatedSecret(dataDir, "auth-secret", "everybody has to sign in again");
}
