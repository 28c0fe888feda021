import { createHash } from "node:crypto";
import { type FeatureView, plainSources, quoteText } from "@featstore/definitions/compiler";
import type { CallOptions } from "../../database/index";
import type { DuckdbSession } from "./process/index";

/** The files of a view's sources when its run began. */
export interface ReadFiles {
  readonly count: number;
  readonly bytes: number;
  /** SHA-256 of the list, in hexadecimal digits: paths, bytes and times, ordered by path. */
  readonly digest: string;
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
    .flatMap(({ relation }) => (relation.kind === "files" ? [quoteText(relation.path)] : []));
  if (paths.length === 0) return null;
  const text = `select distinct filename as path, cast(size as varchar) as bytes, cast(last_modified as varchar) as changed_at
from read_blob([${[...new Set(paths)].join(", ")}]) order by path`;
  const rows = await session.rows<{ path: string; bytes: string; changed_at: string }>(text, options);
  const files = rows.map(({ path, bytes, changed_at }) => [path, Number(bytes), changed_at] as const);
  return {
    count: files.length,
    bytes: files.reduce((sum, [, bytes]) => sum + bytes, 0),
    digest: createHash("sha256").update(JSON.stringify(files)).digest("hex"),
    files: files.length > MAX_LISTED ? null : files,
  };
}
