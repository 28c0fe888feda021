import type { EntityKey, FoundViews, OnlineRow, OnlineView } from "../online-store";
import {
  type BucketLayout,
  bucketKeys,
  bucketOf,
  PREVIOUS,
  rowName,
  rowsStart,
  rowsTableOf,
  stampField,
  VERSION,
} from "./bucket-layout";
import { isStamped, type WantedStamp, wantedStamp } from "./bucket-stamp";
import type { RedisClient } from "./redis-client";
import { NEWER, readStoredRow } from "./stored-row";

/** One generation, as it is read. */
interface Reading {
  /** Its place among the views that are read. */
  readonly place: number;
  readonly isTenants: boolean;
  readonly generation: number;
  readonly wanted: WantedStamp;
  readonly rowsStart: string;
  readonly commonTime: number | null;
}

/** Which of the readings a bucket of this version can answer. */
interface CheckedBucket {
  readonly version: string | null;
  readonly isStamped: readonly boolean[];
}

/** How the views of one selection are read. */
export interface ViewsReading {
  readonly layout: BucketLayout;
  /** How many there are, also of those that cannot be read. */
  readonly views: number;
  readonly readings: readonly Reading[];
  readonly stampFields: readonly string[];
  readonly bucketKeys: readonly string[];
  /** What is known of the buckets, by number. */
  readonly checked: (CheckedBucket | undefined)[];
}

export interface ViewsRead {
  readonly reading: ViewsReading;
  readonly tenant: string;
  readonly keys: readonly EntityKey[];
}

type Rows = (OnlineRow | typeof NEWER | undefined)[];

/** Of one command, for which Redis lets all others wait. */
const MOST_ROWS = 1000;

/** Views whose generation is not the served one cannot be read. */
export function viewsReading(layout: BucketLayout, views: readonly OnlineView[]): ViewsReading {
  const readings: Reading[] = [];
  const stampFields: string[] = [];
  for (const [place, { registered, table, tenantScoped }] of views.entries()) {
    const { served, view } = registered;
    if (served === null || served.table !== table) continue;
    const isAsOf = served.shared !== undefined && view.source.eventTime === null;
    readings.push({
      place,
      isTenants: tenantScoped,
      generation: served.generation,
      wanted: wantedStamp(registered, served),
      rowsStart: rowsStart(rowsTableOf(served)),
      commonTime: isAsOf ? Number(served.asOf) : null,
    });
    stampFields.push(stampField(rowsTableOf(served)));
  }
  return { layout, views: views.length, readings, stampFields, bucketKeys: bucketKeys(layout), checked: [] };
}

/** For each view the rows in the order of the keys; undefined where Redis has not the generation. */
export async function readViews(client: RedisClient, read: ViewsRead): Promise<FoundViews> {
  const found = await readRows(client, read, "");
  // Where a newer generation is being written beside, or is there already, the row that it replaces is wanted.
  if (found.some((rows) => rows?.includes(NEWER))) {
    const replaced = read.keys.filter((_, place) => found.some((rows) => rows?.[place] === NEWER));
    const before = await readRows(client, { ...read, keys: replaced }, PREVIOUS);
    for (const [view, rows] of found.entries()) found[view] = putBefore(read.keys, rows, replaced, before[view]);
  }
  // Whatever is newer was replaced.
  return found as FoundViews;
}

function putBefore(
  keys: readonly EntityKey[],
  rows: Rows | undefined,
  replaced: readonly EntityKey[],
  before: Rows | undefined,
): Rows | undefined {
  if (rows === undefined || !rows.includes(NEWER)) return rows;
  const places = new Map(replaced.map((key, place) => [key, place]));
  const put = rows.map((row, place) => (row === NEWER ? before?.[places.get(keys[place] ?? "") ?? 0] : row));
  return before === undefined || put.includes(NEWER) ? undefined : put;
}

/** `suffix`: what the rows' fields end in. */
async function readRows(client: RedisClient, read: ViewsRead, suffix: string): Promise<(Rows | undefined)[]> {
  const { reading, keys } = read;
  const found: (Rows | undefined)[] = [];
  for (let view = 0; view < reading.views; view++) found.push(undefined);
  if (reading.readings.length === 0) return found;
  for (const { place } of reading.readings) found[place] = new Array(keys.length);
  const parts = partsOf(read, suffix);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) await readPart(client, reading, only, found);
  else await Promise.all(parts.map((part) => readPart(client, reading, part, found)));
  return found;
}

/** Some keys of one bucket. */
interface Part {
  readonly bucket: number;
  /** Of the keys among the read's. */
  readonly places: number[];
  /** For each key, of every reading. */
  readonly fields: string[];
}

function partsOf({ reading, tenant, keys }: ViewsRead, suffix: string): Part[] {
  const { layout, readings } = reading;
  const parts: Part[] = [];
  const byBucket: (Part | undefined)[] = [];
  for (let place = 0; place < keys.length; place++) {
    const key = keys[place] ?? "";
    const bucket = bucketOf(layout, key);
    let part = byBucket[bucket];
    if (part === undefined || part.fields.length >= MOST_ROWS) {
      part = { bucket, places: [], fields: [] };
      byBucket[bucket] = part;
      parts.push(part);
    }
    part.places.push(place);
    const shared = rowName("", key) + suffix;
    const own = rowName(tenant, key) + suffix;
    for (const { rowsStart: start, isTenants } of readings) part.fields.push(start + (isTenants ? own : shared));
  }
  return parts;
}

/** What is read of one bucket is of one moment; its stamps are read where its version is not the known one. */
async function readPart(
  client: RedisClient,
  reading: ViewsReading,
  part: Part,
  found: (Rows | undefined)[],
): Promise<void> {
  const key = reading.bucketKeys[part.bucket] ?? "";
  const known = reading.checked[part.bucket];
  if (known !== undefined) {
    const texts = await client.hmget(key, VERSION, ...part.fields);
    if (texts[0] === known.version) {
      putRows(reading, part, known.isStamped, texts, 1, found);
      return;
    }
  }
  const { readings, stampFields } = reading;
  const texts = await client.hmget(key, VERSION, ...stampFields, ...part.fields);
  const checked = readings.map(({ wanted }, index) => isStamped(texts[1 + index], wanted));
  const [version = null] = texts;
  reading.checked[part.bucket] = version === null ? undefined : { version, isStamped: checked };
  putRows(reading, part, checked, texts, 1 + stampFields.length, found);
}

function putRows(
  { readings }: ViewsReading,
  { places }: Part,
  stamped: readonly boolean[],
  texts: readonly (string | null)[],
  from: number,
  found: (Rows | undefined)[],
): void {
  let at = from;
  for (let index = 0; index < readings.length; index++) {
    const reading = readings[index];
    if (reading !== undefined && !stamped[index]) found[reading.place] = undefined;
  }
  for (const place of places) {
    for (const { place: view, generation, commonTime } of readings) {
      const text = texts[at++];
      const rows = found[view];
      if (rows !== undefined)
        rows[place] = typeof text === "string" ? readStoredRow(text, generation, commonTime) : undefined;
    }
  }
}
