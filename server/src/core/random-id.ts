import { createHash, randomBytes } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * Returns 16 random characters of a-z and 2-7: 80 bits.
 *
 * @example randomId() // "k3v7w2q5m4x6p2ab"
 */
export function randomId(): string {
  return idOf(randomBytes(16));
}

/** Returns an id of the same form that is always the same for the same texts, and differs for others. */
export function derivedId(...texts: readonly string[]): string {
  return idOf(createHash("sha256").update(JSON.stringify(texts)).digest().subarray(0, 16));
}

function idOf(bytes: Uint8Array): string {
  // 256 is a multiple of 32, so every character is as likely as any other.
  return [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}
