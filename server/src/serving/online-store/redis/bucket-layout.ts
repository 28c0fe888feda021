import type { Generation } from "../../../registry/index";
import type { EntityKey } from "../online-store";

/*
 * The rows of all generations are spread over a fixed number of Redis hashes (buckets) by the hash of their keys: all rows
 * of an entity are in one hash and read by one command. A hash is one Redis key, so that it is lost, evicted or moved
 * together with its stamps. The field of a row is `<table>#<load>U+0000<scope>U+0000<key>`: rows of earlier or killed
 * loads are never read, and are swept later.
 */

/** The field that changes with every stamp of the bucket; stamps cached for its value need not be read again. */
export const VERSION = ":version";
/** Suffix of the field that names the generations of a table that a bucket can serve. */
export const STAMP = ":stamp";
/** Suffix of the field with the id of a table's loader in the bucket. */
export const LOADER = ":filler";
/** Suffix of the field that counts the loader's writes to the bucket. */
export const WRITES = ":writes";
/** Suffix of the field of the row before the newest; no other row field ends with two U+0000. */
export const PREVIOUS = "\u0000\u0000";

export interface BucketLayout {
  /** Separates the keys of one Featstore database from others in Redis. */
  readonly prefix: string;
  readonly buckets: number;
}

/** Returns the name of the rows table, which incremental runs share with their full run. */
export function rowsTableOf({ table, shared }: Generation): string {
  return shared?.table ?? table;
}

export function bucketKey({ prefix, buckets }: BucketLayout, bucket: number): string {
  return `${prefix}:{${bucket}/${buckets}}`;
}

export function bucketKeys(layout: BucketLayout): readonly string[] {
  return Array.from({ length: layout.buckets }, (_, bucket) => bucketKey(layout, bucket));
}

export function stampField(rowsTable: string): string {
  return rowsTable + STAMP;
}

/** Returns the field prefix of the rows of one load. */
export function rowsStart(rowsTable: string, loadId: string): string {
  return `${rowsTable}#${loadId}\u0000`;
}

/** Returns a row's field after `rowsStart`. */
export function rowName(scope: string, key: EntityKey): string {
  return `${scope}\u0000${key}`;
}

/** Hashes the key's UTF-16 code units with FNV-1a (Fowler, Noll and Vo). */
export function bucketOf({ buckets }: BucketLayout, key: EntityKey): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % buckets;
}
