import { type CatalogFiles, type FeatureView, plainSources } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import { filesSummary, listFiles } from "./file-schemas";
import type { DuckdbSession } from "./process/index";

/** The files of a view's sources when its run began. */
export interface ReadFiles extends CatalogFiles {
  /** The path, bytes and time of the last change of each file; null if there are more than a thousand. */
  readonly files: readonly (readonly [path: string, bytes: number, changedAt: string])[] | null;
}

const MAX_LISTED = 1_000;

/** Lists the files that a view's sources consist of; null if they are tables or queries. Reads no contents. */
export async function readFiles(
  session: DuckdbSession,
  { source, entity }: FeatureView,
  options: CallOptions,
): Promise<ReadFiles | null> {
  const sources = entity.population === null ? [source] : [source, entity.population];
  const paths = sources
    .flatMap(plainSources)
    .flatMap(({ relation }) => (relation.kind === "files" ? [relation.path] : []));
  if (paths.length === 0) return null;
  const files = await listFiles(session, [...new Set(paths)], options);
  return {
    ...filesSummary(files),
    files:
      files.length > MAX_LISTED ? null : files.map(({ path, bytes, changedAt }) => [path, bytes, changedAt] as const),
  };
}
