import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, FeatstoreError } from "../core/index";

/**
 * Returns the secret under which API keys are hashed: the configured one, or, with the embedded database, that of the
 * file `key-secret` in the data folder, which is created at first use with mode 0600.
 * Errors: `key_secret_required`, `data_folder_unusable`.
 */
export function keySecretOf(config: Config): string {
  if (config.keySecret !== null) return config.keySecret.reveal();
  if (config.database.kind === "postgres") {
    throw new FeatstoreError(
      "key_secret_required",
      "With DATABASE_URL set, FEATSTORE_KEY_SECRET is required: every replica needs the same one. Make it with `openssl rand -hex 32`.",
    );
  }
  const path = join(config.dataDir, "key-secret");
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const secret = readFileSync(path, "utf8").trim();
    if (secret.length >= 32) return secret;
  } catch (cause) {
    throw new FeatstoreError("data_folder_unusable", `The file ${path} can be neither read nor created.`, { cause });
  }
  throw new FeatstoreError(
    "data_folder_unusable",
    `The file ${path} holds fewer than 32 characters. Remove it to have a new secret made; keys made before stop working.`,
  );
}
