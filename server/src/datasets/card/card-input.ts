import type { SnapshotFile, SnapshotManifest } from "../dataset-types";

/** The input of the files beside the data: all that the manifest has before these files exist. */
export interface CardInput {
  /** `files` are those written so far: the data and the digests. */
  readonly manifest: SnapshotManifest;
  /** The texts of licences by SPDX id, of those that are at hand (`readLicenceTexts`). */
  readonly licenceTexts: ReadonlyMap<string, string>;
}

/** A file beside the data. */
export interface CardFile {
  readonly path: string;
  readonly role: Extract<SnapshotFile["role"], "card" | "licence" | "citation" | "checksums">;
  readonly text: string;
}

/** Finds the data files of a format, in order. */
export function dataFiles({ files }: SnapshotManifest, format: string): readonly SnapshotFile[] {
  return files.filter((file) => file.role === "data" && file.format === format);
}
