import type { SnapshotManifest } from "../dataset-types";
import { authorsOf, bibtexEntry } from "./citation";
import { columnsSection } from "./columns-section";
import { markdownCode, markdownLink, markdownParagraphs, markdownText, wellFormed } from "./escape";
import { examplesSection } from "./examples-section";
import { filesSection } from "./files-section";
import { frontMatter } from "./front-matter";
import { countText, numberText } from "./numbers";
import { rowsSection } from "./rows-section";

/**
 * Writes the card of a snapshot, README.md. It has no time and no id, because it is part of what the id is computed
 * from: it refers to the snapshot by its version.
 */
export function cardText(manifest: SnapshotManifest): string {
  const { definition, version, rows, columns } = manifest;
  const { publication, description } = definition;
  const sections = [
    frontMatter(manifest),
    `# ${markdownText(publication.title)}\n`,
    `Dataset ${markdownCode(manifest.dataset)}, version ${version}: ${countText(rows)} rows, ${columns.length} columns.`,
    description === null ? "" : `\n${markdownParagraphs(description)}`,
    `\n## Purpose\n\n${markdownParagraphs(publication.purpose)}\n`,
    provenanceSection(manifest),
    publication.method === "" ? "" : `## Method\n\n${markdownParagraphs(publication.method)}\n`,
    columnsSection(manifest),
    qualitySection(manifest),
    rowsSection(manifest),
    gapsSection(publication.gaps),
    changesSection(manifest),
    filesSection(manifest),
    examplesSection(manifest),
    licenceSection(manifest),
    `## Citation\n\n\`CITATION.cff\` has the same in the Citation File Format.\n\n\`\`\`bibtex\n${bibtexEntry(manifest)}\n\`\`\`\n`,
    contactSection(manifest),
  ];
  return sections.filter((section) => section !== "").join("\n");
}

function provenanceSection({ definition, inputs }: SnapshotManifest): string {
  const sources = definition.publication.provenance.map(({ title, url }) => `- ${markdownLink(title, url)}`);
  const generations = inputs.map(
    ({ view, version, generation, asOf }) =>
      `- ${markdownCode(`${view}@${version}`)}, generation ${generation}, as of ${markdownText(asOf)}`,
  );
  const read =
    definition.rows.kind === "service"
      ? `The rows are those of the feature service ${markdownCode(`${definition.rows.name}@${definition.rows.version}`)}.`
      : `The rows are those of the source ${markdownCode(definition.rows.source.name)}.`;
  const parts = [
    sources.join("\n"),
    read,
    ...(generations.length === 0 ? [] : [`Read in one consistent state:\n\n${generations.join("\n")}`]),
  ];
  return `## Provenance\n\n${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function qualitySection({ definition, quality }: SnapshotManifest): string {
  if (definition.quality === null || quality === null) return "";
  const mean = quality.mean === null ? "" : ` Its mean is ${numberText(quality.mean)}.`;
  return `## Quality score

The column \`quality_score\` is a number from 0 to 1 for each row.${mean}

${markdownParagraphs(definition.quality.description)}

${codeBlock("ts", quality.formula)}
`;
}

function gapsSection(gaps: readonly string[]): string {
  const known = gaps.map((gap) => `- ${markdownText(gap)}`).join("\n");
  return `## Known gaps\n\n${known === "" ? "None are known." : known}\n`;
}

function changesSection({ changes }: SnapshotManifest): string {
  if (changes === null) return "## Changes\n\nThis is the first snapshot.\n";
  const columns = [
    ["New columns", changes.columnsAdded],
    ["Columns that are gone", changes.columnsRemoved],
    ["Columns with another type", changes.columnsRetyped],
  ] as const;
  const lines = columns
    .filter(([, names]) => names.length > 0)
    .map(([title, names]) => `- ${title}: ${names.map(markdownCode).join(", ")}`);
  return `## Changes

Compared with the snapshot before, ${markdownCode(changes.previous)}:

${[
  `- Rows: ${countText(changes.added)} added, ${countText(changes.changed)} changed, ${countText(changes.removed)} removed`,
  ...lines,
].join("\n")}

Versions follow the data: a major version changes or removes rows or columns, a minor one only adds some, a patch has the
same data in other files.
`;
}

function licenceSection({ definition }: SnapshotManifest): string {
  const { terms, access } = definition;
  const gated =
    access === "gated" && terms !== null
      ? `\nIt is read after accepting these terms, version ${markdownText(terms.version)}:\n\n${markdownParagraphs(terms.text)}\n`
      : "";
  return `## Licence\n\n${markdownCode(definition.publication.licence)} (SPDX). The text is in \`LICENSE\`.\n${gated}`;
}

function contactSection(manifest: SnapshotManifest): string {
  const { cadence, contact } = manifest.definition.publication;
  return `## Contact and cadence

- Authors: ${authorsOf(manifest).map(markdownText).join(", ")}
- Contact: ${markdownText(contact)}
- New snapshots: ${markdownText(cadence)}
`;
}

/** Writes a block of code whose fence is longer than any in the code. */
function codeBlock(language: string, code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${wellFormed(code).replaceAll("\r", "")}\n${fence}`;
}
