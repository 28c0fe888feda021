/** Splits a path before its first pattern, or else before its last part: `plays`, `["day=*", "*.parquet"]`. */
export function splitAtPattern(path: string): { readonly folder: string; readonly rest: readonly string[] } {
  const parts = path.split("/");
  const first = parts.findIndex((part) => /[*?[{]/.test(part));
  const at = first === -1 ? parts.length - 1 : first;
  return { folder: parts.slice(0, at).join("/"), rest: parts.slice(at) };
}

/** Returns where a path has `**`, which stands for folders of any depth. Spark can only find files by one before the last part. */
export function deepPattern(path: string): "none" | "before the last part" | "elsewhere" {
  const { rest } = splitAtPattern(path);
  if (!rest.includes("**")) return "none";
  return rest.length === 2 && rest.lastIndexOf("**") === 0 ? "before the last part" : "elsewhere";
}
