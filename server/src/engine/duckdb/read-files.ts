import type { CatalogFiles, FeatureView } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import { filesSummary, listFiles } from "./file-schemas";
import type { DuckdbSession } from "./process/index";
import { readsOf } from "./with-sources";

/** The files of a view's sources when its run began. */
export interface ReadFiles extends CatalogFiles {
  /** The path, bytes and time of the last change of each file, of the first thousand. */
  readonly files: readonly (readonly [path: string, bytes: number, changedAt: string])[];
}

const MAX_LISTED = 1_000;

/** Lists the files that a view's sources consist of; null if they are tables or queries. Reads no contents. */
export async function readFiles(
  session: DuckdbSession,
  view: FeatureView,
  options: CallOptions,
): Promise<ReadFiles | null> {
  const paths = readsOf([view]).sources.flatMap(({ relation }) => (relation.kind === "files" ? relation.path : []));
  if (paths.length === 0) return null;
  const files = await listFiles(session, [...new Set(paths)], options);
  return {
    ...filesSummary(files),
    files: files.slice(0, MAX_LISTED).map(({ path, bytes, changedAt }) => [path, bytes, changedAt] as const),
  };
}
