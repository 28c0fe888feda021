const SEGMENT = /^\.?[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const MAX_SEGMENTS = 8;

/**
 * Returns whether a path names something inside the storage: names of letters, digits, dots, underscores and hyphens,
 * none of them `.` or `..`.
 */
export function isStoragePath(path: string): boolean {
  const segments = path.split("/");
  return segments.length <= MAX_SEGMENTS && segments.every((segment) => SEGMENT.test(segment));
}

/** Errors: `TypeError` for a path that leaves the storage. Callers take paths from manifests, never from requests. */
export function requireStoragePath(path: string): string {
  if (!isStoragePath(path)) throw new TypeError(`Not a path of the storage: ${JSON.stringify(path.slice(0, 200))}`);
  return path;
}
