import { randomBytes } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * Returns 16 random characters of a-z and 2-7: 80 bits.
 *
 * @example randomId() // "k3v7w2q5m4x6p2ab"
 */
export function randomId(): string {
  // 256 is a multiple of 32, so every character is as likely as any other.
  return [...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}
