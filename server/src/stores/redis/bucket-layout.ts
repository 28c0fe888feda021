import type { EntityKey } from "../online-store";
import type { Generation } from "../registry";

/*
 * The rows of all generations are spread over a fixed number of Redis hashes, by the hash of their keys: all that is held
 * of an entity is in one hash, and read by one command. One hash is one Redis key: what is lost, evicted or moved of it
 * goes together with its stamps. A field of a row is `<table>#<load>U+0000<scope>U+0000<key>`: what was left of an
 * earlier load, or by one who was killed, is never read, and swept away some time.
 */

/** The field that is another text whenever a stamp of the bucket is: who knows the stamps of that text need not read them. */
export const VERSION = ":version";
/** Ends the field that says which of a table's generations a bucket can answer. */
export const STAMP = ":stamp";
/** Ends the field that names who fills a table's rows into the bucket. */
export const LOADER = ":filler";
/** Ends the field that says how often the loader has written to the bucket. */
export const WRITES = ":writes";
/** Ends the field of the row before the newest; no row's field has so many U+0000. */
export const PREVIOUS = "\u0000\u0000";

export interface BucketLayout {
  /** Tells the keys of one Featstore database from what else is in Redis. */
  readonly prefix: string;
  readonly buckets: number;
}

/** The name of the table of rows: that of the full run, for the incremental ones after it. */
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

/** What the fields of the rows begin with that one load brought. */
export function rowsStart(rowsTable: string, loadId: string): string {
  return `${rowsTable}#${loadId}\u0000`;
}

/** What a row's field has after `rowsStart`. */
export function rowName(scope: string, key: EntityKey): string {
  return `${scope}\u0000${key}`;
}

/** FNV-1a (Fowler, Noll and Vo) over the key's UTF-16 code units. */
export function bucketOf({ buckets }: BucketLayout, key: EntityKey): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % buckets;
}
