import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { EngineSettings } from "../../core/index";
import { EngineError } from "../engine-error";

/** The name and the roots of an engine, which decide which paths it reads. */
export interface Roots {
  readonly name: string;
  readonly settings: Pick<EngineSettings, "roots">;
}

export const isS3 = (path: string): boolean => /^s3:\/\//i.test(path);

/** Characters that begin a pattern in DuckDB's paths. */
const PATTERN = /[*?[]/;
/** DuckDB reads parameters after a question mark, such as another endpoint, and would send it signed requests. */
const BUCKET_PARAMETERS = /[?#]/;

/**
 * Requires that a path or pattern of a source, a query or a spine is below a root of the engine, and returns it as DuckDB shall
 * read it: absolute, without `..`. The part before the first pattern is resolved; the session itself checks each file that it
 * opens, hence each match and each link. Errors: `path_outside_roots`.
 *
 * @example await pathInRoots(lake, "plays/*.parquet") // "/data/music/plays/*.parquet"
 */
export async function pathInRoots(engine: Roots, path: string): Promise<string> {
  const refuse = (reason: string) =>
    new EngineError(
      "path_outside_roots",
      `${JSON.stringify(path)} ${reason}: engines.${engine.name}.roots lists the folders and buckets that engine "${engine.name}" may read.`,
    );
  if (path === "") throw refuse("is empty");
  if (path.includes("\0")) throw refuse("contains a null character");
  if (isS3(path)) return bucketPath(engine, path, refuse);
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) throw refuse("is neither a local path nor s3://bucket/…");
  return localPath(engine, path, refuse);
}

type Refuse = (reason: string) => EngineError;

function bucketPath({ settings }: Roots, path: string, refuse: Refuse): string {
  const [bucket = "", ...segments] = path.slice("s3://".length).split("/");
  if (!path.startsWith("s3://") || !/^[a-z0-9][a-z0-9.-]*$/.test(bucket))
    throw refuse("names no bucket as s3://bucket/…");
  if (BUCKET_PARAMETERS.test(path)) throw refuse('contains "?" or "#", which DuckDB takes for parameters');
  if (segments.some((segment) => /^\.{1,2}$/.test(decoded(segment)))) throw refuse("contains a segment . or ..");
  const isInside = settings.roots.filter(isS3).some((root) => {
    const wanted = root.slice("s3://".length).replace(/\/+$/, "").split("/");
    const own = [bucket, ...segments];
    // Something has to follow the root itself, and its segments are compared whole: prefix-evil is not in prefix.
    return own.length > wanted.length && wanted.every((segment, index) => own[index] === segment);
  });
  if (!isInside) throw refuse("is outside of the roots");
  return path;
}

/** Servers and proxies may decode a segment before they compare it. */
function decoded(segment: string): string {
  return segment.replaceAll(/%2e/gi, ".");
}

async function localPath({ settings }: Roots, path: string, refuse: Refuse): Promise<string> {
  const [first] = settings.roots;
  if (first === undefined) throw refuse("cannot be read, because the engine has no roots");
  if (!isAbsolute(path) && isS3(first))
    throw refuse("is relative, and the first root is a bucket: write s3://bucket/…");
  if (path.split(/[/\\]/).includes("..")) throw refuse("contains a segment ..");
  const absolute = resolve(first, path);
  const real = await realAncestor(fixedPart(absolute));
  const roots = await Promise.all(
    settings.roots.filter((root) => !isS3(root)).map((root) => realpath(root).catch(() => resolve(root))),
  );
  if (!roots.some((root) => isBelow(root, real))) throw refuse("is outside of the roots");
  return absolute;
}

/** The folders of a path before its first pattern, or the whole path without one. */
function fixedPart(path: string): string {
  const at = path.search(PATTERN);
  return at === -1 ? path : path.slice(0, path.lastIndexOf(sep, at)) || sep;
}

/** Resolves the links of a path, as far as it exists. */
async function realAncestor(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const isMissing =
      error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
    const above = dirname(path);
    if (!isMissing || above === path) throw error;
    return realAncestor(above).then((real) => resolve(real, relative(above, path)));
  }
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
