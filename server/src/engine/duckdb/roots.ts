import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { filePathFault, isBucketPath, pathBelowRoots } from "@featstore/definitions/compiler";
import type { EngineSettings } from "../../core/index";
import { EngineError } from "../engine-error";

/** The name and the roots of an engine, which decide which paths it reads. */
export interface Roots {
  readonly name: string;
  readonly settings: Pick<EngineSettings, "roots">;
}

/** Characters that begin a pattern in DuckDB's paths. */
const PATTERN = /[*?[]/;

/**
 * Requires that a path or pattern of a source, a query or a spine is below a root of the engine: by the language's rule for paths,
 * and by the links of the part before the first pattern. The session itself checks each file that it opens, hence each match.
 * Errors: `path_outside_roots`; `engine_source_failed` for links in a circle and folders that may not be read.
 *
 * @example await requireInRoots(lake, "plays/*.parquet")
 */
export async function requireInRoots({ name, settings: { roots } }: Roots, path: string): Promise<void> {
  const refuse = (reason: string) =>
    new EngineError(
      "path_outside_roots",
      `${JSON.stringify(path)}: ${reason}. engines.${name}.roots lists the folders and buckets that engine "${name}" may read.`,
    );
  const fault = filePathFault(path);
  if (fault !== null) throw refuse(fault);
  const place = pathBelowRoots(path, roots);
  if (place === null) throw refuse("it is outside of the roots");
  if (isBucketPath(place)) return;
  const real = await realAncestor(fixedPart(place)).catch((error: NodeJS.ErrnoException) => {
    throw new EngineError("engine_source_failed", `${JSON.stringify(path)} cannot be read (${error.code}).`, {
      cause: error,
    });
  });
  const folders = await Promise.all(
    roots.filter((root) => !isBucketPath(root)).map((root) => realpath(root).catch(() => resolve(root))),
  );
  if (!folders.some((folder) => isBelow(folder, real))) throw refuse("a link leads out of the roots");
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
