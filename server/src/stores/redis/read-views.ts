import type { EntityKey, OnlineRow } from "../online-store";
import { type BucketLayout, bucketOf, PREVIOUS, rowField } from "./bucket-layout";
import { isStamped, type WantedStamp } from "./bucket-stamp";
import type { BucketRead } from "./read-buckets";
import type { ReadTurns } from "./read-turns";
import { readStoredRow, type StoredRow } from "./stored-row";

/** One generation, as it is read. */
export interface Reading {
  readonly layout: BucketLayout;
  /** Of its table of rows. */
  readonly bucketKeys: readonly string[];
  readonly generation: number;
  readonly wanted: WantedStamp;
  readonly commonTime: number | null;
}

/** What is read of it. */
export interface ViewRead {
  readonly reading: Reading;
  readonly scope: string;
  readonly keys: readonly EntityKey[];
}

export type Rows = readonly (OnlineRow | undefined)[];

/** Each read's rows in the order of its keys; undefined where Redis has not the generation. */
export async function readViews(
  readTexts: ReadTurns,
  reads: readonly (ViewRead | undefined)[],
): Promise<(Rows | undefined)[]> {
  const found = await readStored(readTexts, reads, "");
  // Where a newer generation is being written beside, or is there already, the row that it replaces is wanted.
  const replaced = reads.map((read, index): ViewRead | undefined => {
    if (read === undefined || !found[index]?.some((stored) => isNewer(stored, read))) return undefined;
    return { ...read, keys: read.keys.filter((_, place) => isNewer(found[index]?.[place], read)) };
  });
  if (replaced.some((read) => read !== undefined)) await putBefore(readTexts, replaced, found);
  return found.map((rows) => rows?.map((stored) => stored?.row ?? undefined));
}

type Found = (StoredRow | undefined)[];

function isNewer(stored: StoredRow | undefined, { reading }: ViewRead): boolean {
  return stored !== undefined && stored.from > reading.generation;
}

async function putBefore(
  readTexts: ReadTurns,
  replaced: readonly (ViewRead | undefined)[],
  found: (Found | undefined)[],
): Promise<void> {
  const before = await readStored(readTexts, replaced, PREVIOUS);
  for (const [index, read] of replaced.entries()) {
    if (read === undefined) continue;
    const own = before[index];
    if (own === undefined || own.some((stored) => isNewer(stored, read))) {
      found[index] = undefined;
      continue;
    }
    let next = 0;
    found[index] = found[index]?.map((stored) => (isNewer(stored, read) ? own[next++] : stored));
  }
}

/** One group reads the same keys of several tables, as a selection of several views does. */
interface Group {
  readonly first: ViewRead;
  /** Places among the reads. */
  readonly members: number[];
}

async function readStored(
  readTexts: ReadTurns,
  reads: readonly (ViewRead | undefined)[],
  suffix: string,
): Promise<(Found | undefined)[]> {
  const groups: Group[] = [];
  for (const [index, read] of reads.entries()) {
    if (read === undefined) continue;
    const group = groups.find(
      ({ first }) =>
        first.keys === read.keys && first.scope === read.scope && first.reading.layout === read.reading.layout,
    );
    if (group === undefined) groups.push({ first: read, members: [index] });
    else group.members.push(index);
  }
  const asked: (BucketRead & { readonly group: Group; readonly places: number[] })[] = [];
  for (const group of groups) {
    const { scope, keys } = group.first;
    const { layout } = group.first.reading;
    const byBucket = new Map<number, { readonly fields: string[]; readonly places: number[] }>();
    for (const [place, key] of keys.entries()) {
      const field = rowField(scope, key);
      const bucket = bucketOf(layout, field);
      let part = byBucket.get(bucket);
      if (part === undefined) {
        part = { fields: [], places: [] };
        byBucket.set(bucket, part);
      }
      part.fields.push(field + suffix);
      part.places.push(place);
    }
    for (const [bucket, part] of byBucket) {
      const tables = group.members.map((member) => reads[member]?.reading.bucketKeys[bucket] ?? "");
      asked.push({ bucket, keys: tables, ...part, group });
    }
  }
  const found = reads.map((read): Found | undefined => read?.keys.map(() => undefined));
  if (asked.length === 0) return found;
  const texts = await readTexts(asked);
  let at = 0;
  for (const { group, places } of asked) {
    for (const member of group.members) {
      const read = reads[member];
      const rows = found[member];
      const first = at;
      at += places.length + 1;
      if (read === undefined || rows === undefined) continue;
      if (!isStamped(texts[first], read.reading.wanted)) {
        found[member] = undefined;
        continue;
      }
      for (let index = 0; index < places.length; index++) {
        const text = texts[first + 1 + index];
        rows[places[index] ?? 0] = text ? readStoredRow(text, read.reading.commonTime) : undefined;
      }
    }
  }
  return found;
}
