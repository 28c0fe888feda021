import { createHash } from "node:crypto";
import { canonicalJson } from "@featstore/definitions/compiler";
import type { SnapshotManifest } from "../dataset-types";

/** Returns the text of `manifest.json` and its SHA-256, the snapshot's id. */
export function identified(manifest: SnapshotManifest): { readonly id: string; readonly text: string } {
  const text = canonicalJson(manifest);
  return { id: createHash("sha256").update(text, "utf8").digest("hex"), text };
}

/** Returns the folder of a snapshot's files. */
export function snapshotFolder(dataset: string, id: string): string {
  return `${dataset}/${id}`;
}
