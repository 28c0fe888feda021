import type { EntityKey, FoundViews, OnlineRow } from "../online-store";
import { type BucketLayout, bucketOf, PREVIOUS, rowField } from "./bucket-layout";
import { isStamped, type WantedStamp } from "./bucket-stamp";
import type { BucketRead, BucketTexts } from "./read-buckets";
import { NEWER, readStoredRow } from "./stored-row";

/** One generation, as it is read. */
export interface Reading {
  /** Its place among the views that are read. */
  readonly place: number;
  readonly generation: number;
  readonly wanted: WantedStamp;
  readonly commonTime: number | null;
}

/** Views whose rows are in one scope. */
export interface ScopeReading {
  readonly isTenants: boolean;
  readonly readings: readonly Reading[];
  /** The keys of their buckets in Redis, by the number of the bucket. */
  readonly bucketKeys: readonly (readonly string[])[];
}

/** How the views of one selection are read. */
export interface ViewsReading {
  readonly layout: BucketLayout;
  /** How many there are, also of those that cannot be read. */
  readonly views: number;
  readonly scopes: readonly ScopeReading[];
}

export interface ViewsRead {
  readonly reading: ViewsReading;
  readonly tenant: string;
  readonly keys: readonly EntityKey[];
}

/** Reads buckets as `readBuckets` does. */
export type ReadTexts = (reads: readonly BucketRead[]) => Promise<readonly BucketTexts[]>;

type Rows = (OnlineRow | typeof NEWER | undefined)[];

/** For each read, for each view, the rows in the order of its keys; undefined where Redis has not the generation. */
export async function readViews(readTexts: ReadTexts, reads: readonly ViewsRead[]): Promise<readonly FoundViews[]> {
  const parts = reads.flatMap((read, index) => partsOf(read, index, ""));
  const found = foundIn(reads, parts, await textsOf(readTexts, parts));
  // Where a newer generation is being written beside, or is there already, the row that it replaces is wanted.
  const replaced = reads.flatMap((read, index) => {
    const keys = read.keys.filter((_, place) => found[index]?.some((rows) => rows?.[place] === NEWER));
    return keys.length === 0 ? [] : [{ index, read: { ...read, keys } }];
  });
  if (replaced.length > 0) await putBefore(readTexts, reads, found, replaced);
  // Whatever is newer was replaced.
  return found as FoundViews[];
}

async function putBefore(
  readTexts: ReadTexts,
  reads: readonly ViewsRead[],
  found: (Rows | undefined)[][],
  replaced: readonly { readonly index: number; readonly read: ViewsRead }[],
): Promise<void> {
  const asked = replaced.map(({ read }) => read);
  const parts = asked.flatMap((read, index) => partsOf(read, index, PREVIOUS));
  const before = foundIn(asked, parts, await textsOf(readTexts, parts));
  for (const [turn, { index, read }] of replaced.entries()) {
    const places = new Map(read.keys.map((key, place) => [key, place]));
    for (const [view, rows] of (found[index] ?? []).entries()) {
      if (rows === undefined || !rows.includes(NEWER)) continue;
      const own = before[turn]?.[view];
      const put = rows.map((row, place) =>
        row === NEWER ? own?.[places.get(reads[index]?.keys[place] ?? "") ?? 0] : row,
      );
      if (found[index] !== undefined) found[index][view] = own === undefined || put.includes(NEWER) ? undefined : put;
    }
  }
}

/** One bucket's part of one read: some keys, of all views of one scope. */
interface Part extends BucketRead {
  /** Of the read. */
  readonly index: number;
  readonly readings: readonly Reading[];
  /** Of the keys among the read's. */
  readonly places: number[];
}

function partsOf({ reading, tenant, keys }: ViewsRead, index: number, suffix: string): Part[] {
  const { layout, scopes } = reading;
  const parts: Part[] = [];
  for (const { isTenants, readings, bucketKeys } of scopes) {
    const scope = isTenants ? tenant : "";
    const byBucket: ({ readonly fields: string[]; readonly places: number[] } | undefined)[] = [];
    for (let place = 0; place < keys.length; place++) {
      const field = rowField(scope, keys[place] ?? "");
      const bucket = bucketOf(layout, field);
      const known = byBucket[bucket];
      if (known !== undefined) {
        known.fields.push(field + suffix);
        known.places.push(place);
        continue;
      }
      const part = {
        bucket,
        keys: bucketKeys[bucket] ?? [],
        fields: [field + suffix],
        index,
        readings,
        places: [place],
      };
      byBucket[bucket] = part;
      parts.push(part);
    }
  }
  return parts;
}

async function textsOf(readTexts: ReadTexts, parts: readonly Part[]): Promise<readonly BucketTexts[]> {
  return parts.length === 0 ? [] : readTexts(parts);
}

function foundIn(
  reads: readonly ViewsRead[],
  parts: readonly Part[],
  answers: readonly BucketTexts[],
): (Rows | undefined)[][] {
  const found = reads.map(({ reading, keys }) => {
    const views: (Rows | undefined)[] = new Array(reading.views).fill(undefined);
    for (const { readings } of reading.scopes) for (const { place } of readings) views[place] = new Array(keys.length);
    return views;
  });
  let at = 0;
  for (const { index, readings, places } of parts) {
    const views = found[index] ?? [];
    for (const { place, wanted, generation, commonTime } of readings) {
      const texts = answers[at++] ?? [];
      const rows = views[place];
      if (rows === undefined || !isStamped(texts[0], wanted)) {
        views[place] = undefined;
        continue;
      }
      for (let key = 0; key < places.length; key++) {
        const text = texts[key + 1];
        rows[places[key] ?? 0] = text ? readStoredRow(text, generation, commonTime) : undefined;
      }
    }
  }
  return found;
}
