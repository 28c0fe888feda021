import { createHmac } from "node:crypto";
import { type Config, FeatstoreError, generatedSecret } from "../core/index";
import type { KeyRecord } from "./stored-key";

/** A secret under which the digests of keys are made. */
interface KeySecret {
  /** Null: the one that is configured without a name. */
  readonly name: string | null;
  readonly value: string;
}

/** The configured secrets. */
export interface KeySecrets {
  /** The secret of new keys. */
  readonly newest: KeySecret;
  readonly names: readonly (string | null)[];
  /** Undefined if no secret of this name is configured. */
  find(name: string | null): string | undefined;
}

function createKeySecrets(newest: KeySecret, others: readonly KeySecret[]): KeySecrets {
  const all = new Map([newest, ...others].map(({ name, value }) => [name, value]));
  return { newest, names: [...all.keys()], find: (name) => all.get(name) };
}

/** Creates secrets with a single one, which has no name. */
export function onlySecret(value: string): KeySecrets {
  return createKeySecrets({ name: null, value }, []);
}

/**
 * Returns the secrets under which API keys are hashed: the configured ones, or, with the embedded database, that of the
 * file `key-secret` in the data folder, which is created at first use with mode 0600.
 * Errors: `key_secret_required`, `data_folder_unusable`.
 */
export function keySecretsOf(config: Config): KeySecrets {
  const named = config.keySecrets.map(({ name, secret }) => ({ name, value: secret.reveal() }));
  const unnamed = unnamedSecret(config);
  const [newest, ...others] = [...named, ...(unnamed === undefined ? [] : [{ name: null, value: unnamed }])];
  if (newest !== undefined) return createKeySecrets(newest, others);
  throw new FeatstoreError(
    "key_secret_required",
    "With DATABASE_URL set, FEATSTORE_KEY_SECRET is required: every replica needs the same one. Make it with `openssl rand -hex 32`.",
  );
}

function unnamedSecret(config: Config): string | undefined {
  if (config.keySecret !== null) return config.keySecret.reveal();
  if (config.database.kind === "postgres") return undefined;
  return generatedSecret(config.dataDir, "key-secret", "keys made before stop working");
}

/** Identifies a secret in the database without revealing it: 16 hexadecimal digits. */
export function fingerprintOf(hmacSecret: string): string {
  return createHmac("sha256", hmacSecret).update("featstore key secret").digest("hex").slice(0, 16);
}

/** True if a key was surely made with another secret than this one; false for keys whose secret is not known. */
export function isOfAnother(key: Pick<KeyRecord, "secretFingerprint">, hmacSecret: string): boolean {
  return key.secretFingerprint !== null && key.secretFingerprint !== fingerprintOf(hmacSecret);
}

/** Returns the stored digest of a key: HMAC-SHA256 of its id and secret, 64 hexadecimal digits. */
export function digestOf(hmacSecret: string, id: string, keySecret: string): string {
  return createHmac("sha256", hmacSecret).update(`${id}_${keySecret}`).digest("hex");
}
