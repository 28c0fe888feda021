import { resolve } from "node:path";
import type { FilePartition } from "@featstore/definitions/compiler";

/** Parquet files as a definition names them. */
export interface PlannedFiles {
  readonly engine: string;
  readonly path: string;
  readonly partitions: readonly FilePartition[];
}

const GLOB = /[*?[\]{}]/;
const HIVE = /^([^=]+)=(.*)$/;

/**
 * Splits a path for an engine that is not configured yet: the folder that the engine may read, and the path below it. The
 * folder is the parent of the one with the files, so that others beside it can follow.
 *
 * @example placeOf("/data/music/plays/*.parquet", "/home/ada") // { root: "/data/music", path: "plays/*.parquet" }
 */
export function placeOf(path: string, workingFolder: string): { readonly root: string; readonly path: string } {
  const [, bucket, inBucket] = /^(s3:\/\/[^/]+)\/?(.*)$/.exec(path) ?? [];
  const parts = partsOf(inBucket ?? path);
  const special = parts.findIndex(isSpecial);
  const folders = special === -1 ? parts.length - 1 : special - 1;
  const above = parts.slice(0, Math.max(folders, 0));
  // A relative path cannot be below a bucket.
  if (bucket !== undefined) return { root: [bucket, ...above].join("/"), path };
  const base = path.startsWith("/") ? "/" : workingFolder;
  return { root: resolve(base, ...above), path: parts.slice(above.length).join("/") };
}

const partsOf = (path: string): readonly string[] => path.split("/").filter((part) => part !== "" && part !== ".");

const isSpecial = (part: string): boolean => GLOB.test(part) || HIVE.test(part);

/** The name of a source over files: `plays` for `plays/*.parquet` and `plays.parquet`. */
export function nameOfFiles(path: string): string {
  const parts = partsOf(path);
  const special = parts.findIndex(isSpecial);
  const name = special === -1 ? parts.at(-1)?.replace(/\.(?:parquet|parq|pq)$/i, "") : parts[special - 1];
  return name ?? "files";
}

/** The columns that names of folders hold, with types that hold all of their values. */
export function partitionsIn(files: readonly string[]): readonly FilePartition[] {
  const values = new Map<string, string[]>();
  for (const file of files) {
    for (const part of file.split("/").slice(0, -1)) {
      const [, name, value = ""] = HIVE.exec(part) ?? [];
      if (name === undefined) continue;
      values.set(name, [...(values.get(name) ?? []), value]);
    }
  }
  return [...values].map(([name, all]) => ({ name, type: typeOf(all.filter((value) => value !== NULL)) }));
}

const NULL = "__HIVE_DEFAULT_PARTITION__";

function typeOf(values: readonly string[]): FilePartition["type"] {
  const are = (pattern: RegExp): boolean => values.length > 0 && values.every((value) => pattern.test(value));
  if (are(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/)) return "date";
  // A zero in front is a part of a code, unless the number is a month or a day.
  return are(/^(?:0[1-9]|0|-?[1-9]\d{0,8})$/) ? "int32" : "string";
}
