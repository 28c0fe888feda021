import type { EntityKey } from "../online-store";
import type { Generation } from "../registry";

/*
 * The rows of a generation, and of the incremental ones after it, are spread over a fixed number of Redis hashes by the
 * hash of their scope and key. One hash is one Redis key: what is lost, evicted or moved of it goes together with its
 * stamp, and a command that reads rows reads the stamp of the very same moment.
 */

/** The field that says which generations a bucket can answer; the fields of rows have a U+0000. */
export const STAMP = "stamp";
/** The field that names who fills the bucket. */
export const FILLER = "filler";
/** The field that says how often the filler has written to the bucket. */
export const WRITES = "writes";
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

/** All tables' buckets of one number are in one slot of a Cluster. */
export function bucketKey({ prefix, buckets }: BucketLayout, rowsTable: string, bucket: number): string {
  return `${prefix}:{${bucket}/${buckets}}:${rowsTable}`;
}

export function bucketKeys(layout: BucketLayout, rowsTable: string): readonly string[] {
  return Array.from({ length: layout.buckets }, (_, bucket) => bucketKey(layout, rowsTable, bucket));
}

export function rowField(scope: string, key: EntityKey): string {
  return `${scope}\u0000${key}`;
}

/** FNV-1a (Fowler, Noll and Vo) over the field's UTF-16 code units. */
export function bucketOf({ buckets }: BucketLayout, field: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < field.length; index++) {
    hash = Math.imul(hash ^ field.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % buckets;
}
