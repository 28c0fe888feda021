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
  if (isBucketPath(path)) return bucketPathFault(path);
  return /^[a-z][a-z0-9+.-]*:/i.test(path) ? "expected a local path or s3://bucket/prefix" : null;
}

/** Returns whether a path, or a root, is in a bucket. */
export function isBucketPath(path: string): boolean {
  return path.startsWith(S3);
}

function bucketPathFault(path: string): string | null {
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/./.test(path)) return "expected s3://bucket/prefix";
  // DuckDB would take what follows as settings, such as another server, and send it signed requests.
  if (/[?#]/.test(path)) return "a path in a bucket has no `?` and no `#`";
  // Servers and proxies may decode a segment before they resolve it.
  const decoded = path.replaceAll(/%2e/gi, ".").replaceAll(/%2f/gi, "/").replaceAll(/%5c/gi, "\\");
  if (PARENT.test(decoded)) return "it leads to a parent folder, `..`";
  return decoded.split(/[\\/]/).includes(".") ? "a path in a bucket has no segment `.`" : null;
}

/**
 * Returns the path in full, for one without a fault; a relative one is below the first root, if that is a folder. Null if
 * it is not below any root. A pattern is below a root if what it begins with is.
 *
 * @example pathBelowRoots("plays/*.parquet", ["/data"]) // "/data/plays/*.parquet"
 */
export function pathBelowRoots(path: string, roots: readonly string[]): string | null {
  if (isBucketPath(path)) return roots.some((root) => isInBucketRoot(path, root)) ? path : null;
  const folders = roots.filter((root) => !isBucketPath(root));
  if (path.startsWith("/")) return folders.some((root) => isBelow(path, root)) ? joined("", path) : null;
  const [first = S3] = roots;
  return isBucketPath(first) ? null : joined(first, path);
}

const partsOf = (path: string): readonly string[] => path.split("/").filter((part) => part !== "" && part !== ".");

function joined(root: string, path: string): string {
  return `/${[...partsOf(root), ...partsOf(path)].join("/")}`;
}

function isBelow(path: string, root: string): boolean {
  const parts = partsOf(path);
  return partsOf(root).every((part, index) => parts[index] === part);
}

/** Names in a bucket are texts, so an empty segment counts. */
function isInBucketRoot(path: string, root: string): boolean {
  return isBucketPath(root) && path.startsWith(`${root.replace(/\/+$/, "")}/`);
}
