import type { SnapshotFile, SnapshotManifest } from "../dataset-types";
import { dataFiles } from "./card-input";
import { yamlText } from "./citation";
import { oneLine } from "./escape";
import { hubLicence, licenceIds } from "./licence";

/** Writes the front matter that Hugging Face reads: licence, name, size, and the data files of each split. */
export function frontMatter(manifest: SnapshotManifest): string {
  const { definition, rows } = manifest;
  const { publication, tags } = definition;
  const parquet = dataFiles(manifest, "parquet");
  return `---\n${yamlText({
    ...licence(publication.licence),
    pretty_name: oneLine(publication.title),
    size_categories: [sizeCategory(rows)],
    ...(tags.length === 0 ? {} : { tags: [...new Set(tags.map(oneLine))].filter((tag) => tag !== "") }),
    ...(parquet.length === 0 ? {} : { configs: [{ config_name: "default", data_files: splits(parquet) }] }),
  })}---\n`;
}

function licence(expression: string): Record<string, string> {
  const ids = licenceIds(expression);
  const known = ids.length === 1 ? hubLicence(ids[0] ?? "") : undefined;
  if (known !== undefined) return { license: known };
  return { license: "other", license_name: oneLine(expression).toLowerCase(), license_link: "LICENSE" };
}

/** Lists the files of each split. Rows without a split are those to train with, as the hub assumes. */
function splits(files: readonly SnapshotFile[]): readonly { split: string; path: string | string[] }[] {
  const names = [...new Set(files.map(({ split }) => split ?? "train"))];
  return names.map((split) => {
    const paths = files.filter((file) => (file.split ?? "train") === split).map(({ path }) => path);
    return { split, path: paths.length === 1 ? (paths[0] ?? "") : paths };
  });
}

const SIZES: readonly (readonly [below: number, name: string])[] = [
  [1e3, "n<1K"],
  [1e4, "1K<n<10K"],
  [1e5, "10K<n<100K"],
  [1e6, "100K<n<1M"],
  [1e7, "1M<n<10M"],
  [1e8, "10M<n<100M"],
  [1e9, "100M<n<1B"],
  [1e10, "1B<n<10B"],
  [1e11, "10B<n<100B"],
  [1e12, "100B<n<1T"],
];

function sizeCategory(rows: number): string {
  return SIZES.find(([below]) => rows < below)?.[1] ?? "n>1T";
}
