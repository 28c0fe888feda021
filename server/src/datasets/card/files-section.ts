import { FORMATS, type SnapshotManifest } from "../dataset-types";
import { dataFiles } from "./card-input";
import { markdownCode } from "./escape";
import { countText } from "./numbers";

/** Lists the data files, their conventions, and how a download is verified. */
export function filesSection(manifest: SnapshotManifest): string {
  const { csv } = manifest.definition;
  const lines = FORMATS.flatMap((format) =>
    dataFiles(manifest, format).map(
      ({ path, rows, bytes }) =>
        `| ${markdownCode(path)} | ${format} | ${rows === null ? "" : countText(rows)} | ${countText(bytes)} |`,
    ),
  );
  const csvNull = csv.null === "" ? "an empty field" : markdownCode(csv.null);
  const formulas = csv.escapeFormulas
    ? " Texts that a spreadsheet would run as a formula begin with `'`; Parquet and JSON have them unchanged."
    : "";
  return `## Files

| file | format | rows | bytes |
| --- | --- | --- | --- |
${lines.join("\n")}

All formats hold the same rows in the same order. CSV is RFC 4180 in UTF-8; null is ${csvNull}, the empty text is \`""\`.${formulas}
In JSON, int64 has all its digits, also beyond 2^53, where some readers round; NaN and the infinities are the strings
\`"NaN"\`, \`"Infinity"\` and \`"-Infinity"\`. Decimals are strings in Parquet and JSON. Times are in UTC, with microseconds.
Embeddings are fixed-size lists in Parquet and arrays in the other formats.

\`SHA256SUMS\` has the SHA-256 of every file. In the folder of a copy, \`sha256sum --check --ignore-missing SHA256SUMS\` compares
them. The server sends each file's SHA-256 as its \`ETag\` and in \`Repr-Digest\`, and continues a broken download from any byte.
`;
}
