import { createHash } from "node:crypto";

/** Writes SHA256SUMS, which `sha256sum --check` reads: sorted by path, relative to the folder. */
export function checksumsFile(files: readonly { readonly path: string; readonly sha256: string }[]): string {
  const sorted = [...files].sort((left, right) => (left.path < right.path ? -1 : 1));
  return sorted.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join("");
}

export function sha256Of(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
