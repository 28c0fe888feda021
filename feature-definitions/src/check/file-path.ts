const S3 = "s3://";

/** A parent folder, also as one of a pattern's alternatives. */
const PARENT = /(?:^|[\\/{,])\.\.(?:$|[\\/},])/;

/**
 * Says what is wrong with the path of files, whatever the roots are; null if nothing is. Only local paths and
 * `s3://bucket/…` are read, and a path never leads upwards.
 *
 * @example filePathFault("../plays") // "it leads to a parent folder, `..`"
 */
export function filePathFault(path: string): string | null {
  if (path.trim() === "") return "it is empty";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this finds
  if (/[\u0000-\u001f\u007f]/.test(path)) return "it contains a control character";
  if (PARENT.test(path)) return "it leads to a parent folder, `..`";
  if (path.startsWith("~")) return "it begins with `~`";
  if (path.startsWith(S3)) {
    if (!/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/./.test(path)) return "expected s3://bucket/prefix";
    // DuckDB would take what follows as settings, such as another server.
    return path.includes("?") ? "a path in a bucket has no `?`" : null;
  }
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|file:)/i.test(path) ? "expected a local path or s3://bucket/prefix" : null;
}

/**
 * Returns the path in full, for one without a fault; a relative one is below the first root, if that is a folder. Null if
 * it is not below any root. A pattern is below a root if what it begins with is.
 *
 * @example pathBelowRoots("plays/*.parquet", ["/data"]) // "/data/plays/*.parquet"
 */
export function pathBelowRoots(path: string, roots: readonly string[]): string | null {
  const isAbsolute = path.startsWith(S3) || path.startsWith("/");
  const [first = S3] = roots;
  if (!isAbsolute) return first.startsWith(S3) ? null : joined(first, path);
  return roots.some((root) => isBelow(path, root)) ? joined(path, "") : null;
}

const partsOf = (path: string): readonly string[] => path.split("/").filter((part) => part !== "" && part !== ".");

function joined(root: string, path: string): string {
  const [start, rest] = root.startsWith(S3) ? [S3, root.slice(S3.length)] : ["/", root];
  return `${start}${[...partsOf(rest), ...partsOf(path)].join("/")}`;
}

function isBelow(path: string, root: string): boolean {
  if (path.startsWith(S3) !== root.startsWith(S3)) return false;
  const parts = partsOf(path);
  return partsOf(root).every((part, index) => parts[index] === part);
}
