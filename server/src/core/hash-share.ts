import { hash } from "node:crypto";

/**
 * Returns a number from 0 up to 1 that depends on the texts only and is spread evenly: by it rows are divided into parts,
 * in training sets and in datasets.
 */
export function hashShare(texts: readonly string[]): number {
  // JSON gives each list of texts its own text.
  return hash("sha256", JSON.stringify(texts), "buffer").readUIntBE(0, 6) / 2 ** 48;
}
