import { stringify } from "yaml";
import type { SnapshotManifest } from "../dataset-types";
import { bibtexText, oneLine } from "./escape";
import { licenceIds } from "./licence";

/** Formats values so that each stays on one line: no text can look like the end of a block. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
}

/** Names who made a dataset; its owner or its title where no author is named, because a citation needs somebody. */
export function authorsOf({ definition }: SnapshotManifest): readonly string[] {
  const authors = definition.publication.authors.map(oneLine).filter((author) => author !== "");
  return authors.length > 0
    ? authors
    : [oneLine(definition.owner ?? "") || oneLine(definition.publication.title) || definition.name];
}

/** Writes CITATION.cff, Citation File Format 1.2.0. */
export function citationFile(manifest: SnapshotManifest): string {
  const { definition, version } = manifest;
  const { publication } = definition;
  const ids = licenceIds(publication.licence);
  const abstract = oneLine(publication.purpose);
  // Its licence is one id or a list of alternatives.
  const isChoice = !/\bAND\b|\bWITH\b/i.test(publication.licence);
  return yamlText({
    "cff-version": "1.2.0",
    message: "If you use this dataset, please cite it as below.",
    type: "dataset",
    title: oneLine(publication.title) || definition.name,
    version,
    authors: authorsOf(manifest).map((name) => ({ name })),
    ...(abstract === "" ? {} : { abstract }),
    ...(isChoice && ids.length > 0 ? { license: ids.length === 1 ? ids[0] : ids } : {}),
    ...(definition.tags.length === 0
      ? {}
      : { keywords: [...new Set(definition.tags.map(oneLine))].filter((tag) => tag !== "") }),
  });
}

/** Writes the entry for a bibliography. */
export function bibtexEntry(manifest: SnapshotManifest): string {
  const { definition, version } = manifest;
  const fields = {
    title: bibtexText(definition.publication.title),
    // Braces keep a name whole that has "and" or a comma in it.
    author: authorsOf(manifest)
      .map((author) => `{${bibtexText(author)}}`)
      .join(" and "),
    version: bibtexText(version),
    note: `Dataset, licence ${bibtexText(definition.publication.licence)}`,
  };
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}},`);
  return [`@misc{${definition.name}_${version.replaceAll(".", "_")},`, ...lines, "}"].join("\n");
}
