import { createHash } from "node:crypto";
import type { CardFile, CardInput } from "./card-input";
import { cardText } from "./card-text";
import { authorsOf, citationFile } from "./citation";
import { licenceFile } from "./licence";

/**
 * Writes the files that stand beside the data: README.md, LICENSE, CITATION.cff and SHA256SUMS, which covers the three and
 * `manifest.files`. The same input gives the same texts.
 *
 * @example cardFiles({ manifest, licenceTexts: await readLicenceTexts(assetFolder("licences"), "CC0-1.0") })
 */
export function cardFiles({ manifest, licenceTexts }: CardInput): readonly CardFile[] {
  const { licence } = manifest.definition.publication;
  const described: readonly CardFile[] = [
    { path: "README.md", role: "card", text: cardText(manifest) },
    { path: "LICENSE", role: "licence", text: licenceFile(licence, authorsOf(manifest), licenceTexts) },
    { path: "CITATION.cff", role: "citation", text: citationFile(manifest) },
  ];
  const own = described.map(({ path, text }) => ({ path, sha256: sha256Of(text) }));
  return [...described, { path: "SHA256SUMS", role: "checksums", text: checksumsFile([...manifest.files, ...own]) }];
}

/** Adds the downloads so far to a card, for the server's response: the file cannot know them. */
export function cardWithDownloads(card: string, downloads: number): string {
  return `${card.trimEnd()}\n- Downloads so far: ${downloads}\n`;
}

/** Writes SHA256SUMS, which `sha256sum --check` reads: sorted by path, relative to the folder. */
function checksumsFile(files: readonly { readonly path: string; readonly sha256: string }[]): string {
  const sorted = [...files].sort((left, right) => (left.path < right.path ? -1 : 1));
  return sorted.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join("");
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
