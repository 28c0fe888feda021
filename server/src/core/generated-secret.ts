import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FeatstoreError } from "./errors";

const MIN_CHARACTERS = 32;

/**
 * Returns the secret in a file of the data folder, which is created at first use with mode 0600. `loss`: the effect of
 * another secret, for the message. Errors: `data_folder_unusable`.
 */
export function generatedSecret(dataDir: string, file: string, loss: string): string {
  const path = join(dataDir, file);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const secret = readFileSync(path, "utf8").trim();
    if (secret.length >= MIN_CHARACTERS) return secret;
  } catch (cause) {
    throw new FeatstoreError("data_folder_unusable", `The file ${path} can be neither read nor created.`, { cause });
  }
  throw new FeatstoreError(
    "data_folder_unusable",
    `The file ${path} holds fewer than ${MIN_CHARACTERS} characters. Remove it to have a new secret made; ${loss}.`,
  );
}
