import type { SnapshotManifest } from "../dataset-types";
import { markdownCode, markdownText } from "./escape";
import { countText, shareText } from "./numbers";

/** Describes which rows are there: cleaning, exclusions with their counts, splits. */
export function rowsSection(manifest: SnapshotManifest): string {
  return `## Rows\n\n${cleaning(manifest)}\n\n${exclusions(manifest)}${splits(manifest)}`;
}

function cleaning({ definition }: SnapshotManifest): string {
  const { missing, uniqueText, invalid } = definition.cleaning;
  const rules = [
    missing.length === 0
      ? "Texts are published as they are; none counts as missing."
      : `These texts count as missing, after trimming and in any case: ${missing.map((text) => markdownCode(text) || "the empty text").join(", ")}.`,
    "Of several rows with the same key, one is published.",
    ...(uniqueText === null
      ? []
      : [
          `Of several rows with the same text in ${markdownCode(uniqueText)}, compared in normalised form, the one with the lowest key is published.`,
        ]),
    invalid === "refuse"
      ? "A value that fits no type stops the build, so there is none."
      : "A row with a value that fits no type is left out.",
  ];
  return `Cleaning:\n\n${rules.map((rule) => `- ${rule}`).join("\n")}`;
}

const REASONS: Readonly<Record<string, string>> = {
  duplicate_key: "Another row has the same key",
  duplicate_text: "Another row has the same text",
  taken_down: "Taken down on request; left out of every later snapshot",
  invalid_value: "A value fits no type",
};

function exclusions({ definition, excluded, rows }: SnapshotManifest): string {
  const declared = definition.exclusions.map(({ reason, description }) => [reason, description] as const);
  const others = Object.keys(excluded)
    .filter((reason) => !declared.some(([name]) => name === reason))
    .sort()
    .map((reason) => [reason, REASONS[reason] ?? ""] as const);
  const all = [...declared, ...others];
  const total = rows + Object.values(excluded).reduce((sum, count) => sum + count, 0);
  if (all.length === 0) return "No row was left out.\n";
  const lines = all.map(
    ([reason, meaning]) =>
      `| ${markdownCode(reason)} | ${markdownText(meaning)} | ${shareText(excluded[reason] ?? 0, total)} |`,
  );
  return `Left out, of ${countText(total)} rows:\n\n| reason | meaning | rows |\n| --- | --- | --- |\n${lines.join("\n")}\n`;
}

function splits({ definition, splits: counts, rows, key }: SnapshotManifest): string {
  const { split } = definition;
  if (split === null) return "";
  const by = split.by === null ? key : [split.by];
  const lines = Object.entries(split.parts).map(
    ([name, percent]) => `| \`${name}\` | ${percent}% | ${shareText(counts[name] ?? 0, rows)} |`,
  );
  return `
Parts, by a stable hash of ${by.map(markdownCode).join(", ")}: rows with the same value are in the same part, in every snapshot.

| part | share | rows |
| --- | --- | --- |
${lines.join("\n")}
`;
}
