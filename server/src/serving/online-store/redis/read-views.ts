import type { RedisClient } from "../../../platform/index";
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
import { isStamped, stampedLoad, type WantedStamp, wantedStamp } from "./bucket-stamp";
import { NEWER, readStoredRow } from "./stored-row";

/** A generation to read. */
interface Reading {
  /** Its index in the requested views. */
  readonly index: number;
  readonly isTenants: boolean;
  readonly generation: number;
  readonly wanted: WantedStamp;
  readonly table: string;
  readonly commonTime: number | null;
}

/** A reading that a bucket can serve, with the field prefix of its rows. */
type LoadedReading = Reading & { readonly rowsStart: string };

/** The cached content of a bucket at one version. */
interface CheckedBucket {
  readonly version: string;
  readonly readings: readonly LoadedReading[];
}

/** The prepared read of one selection's views. */
export interface ViewsReading {
  readonly layout: BucketLayout;
  /** Number of views, including unreadable ones. */
  readonly views: number;
  readonly readings: readonly Reading[];
  readonly stampFields: readonly string[];
  readonly bucketKeys: readonly string[];
  /** The cached buckets, by number. */
  readonly checked: (CheckedBucket | undefined)[];
  /** Readings by load ids, which are mostly the same in all buckets. */
  readonly loaded: Map<string, readonly LoadedReading[]>;
}

export interface ViewsRead {
  readonly reading: ViewsReading;
  readonly tenant: string;
  readonly keys: readonly EntityKey[];
}

type Rows = (OnlineRow | typeof NEWER | undefined)[];

/** Maximum rows of one command, since Redis blocks all other commands meanwhile. */
const MAX_ROWS = 1000;
/** A bucket whose stamps change each time it is read is left to the next tier. */
const MAX_TRIES = 3;
const MAX_LOADS = 16;

/** Prepares a read; views whose generation is not the served one are unreadable. */
export function viewsReading(layout: BucketLayout, views: readonly OnlineView[]): ViewsReading {
  const readings = views.flatMap(({ registered, table, tenantScoped }, index): Reading[] => {
    const { served, view } = registered;
    if (served === null || served.table !== table) return [];
    const usesAsOf = served.shared !== undefined && view.source.eventTime === null;
    return [
      {
        index,
        isTenants: tenantScoped,
        generation: served.generation,
        wanted: wantedStamp(registered, served),
        table: rowsTableOf(served),
        commonTime: usesAsOf ? Number(served.asOf) : null,
      },
    ];
  });
  const stampFields = readings.map(({ table }) => stampField(table));
  return {
    layout,
    views: views.length,
    readings,
    stampFields,
    bucketKeys: bucketKeys(layout),
    checked: [],
    loaded: new Map(),
  };
}

/** Reads each view's rows in the order of the keys; undefined for a generation that Redis lacks. */
export async function readViews(client: RedisClient, read: ViewsRead): Promise<FoundViews> {
  const found = await readRows(client, read, false);
  // If a newer generation is present or being written, its previous row is the one to read.
  if (found.some((rows) => rows?.includes(NEWER))) {
    const replaced = read.keys.filter((_, index) => found.some((rows) => rows?.[index] === NEWER));
    const before = await readRows(client, { ...read, keys: replaced }, true);
    for (const [view, rows] of found.entries()) found[view] = putBefore(read.keys, rows, replaced, before[view]);
  }
  // The second read replaced all NEWER rows.
  return found as FoundViews;
}

function putBefore(
  keys: readonly EntityKey[],
  rows: Rows | undefined,
  replaced: readonly EntityKey[],
  before: Rows | undefined,
): Rows | undefined {
  if (rows === undefined || !rows.includes(NEWER)) return rows;
  const positions = new Map(replaced.map((key, index) => [key, index]));
  const put = rows.map((row, index) => (row === NEWER ? before?.[positions.get(keys[index] ?? "") ?? 0] : row));
  return before === undefined || put.includes(NEWER) ? undefined : put;
}

/** Reads rows; `withPrevious` also reads the previous row, for rows newer than the generation. */
async function readRows(client: RedisClient, read: ViewsRead, withPrevious: boolean): Promise<(Rows | undefined)[]> {
  const { reading, keys } = read;
  const found: (Rows | undefined)[] = [];
  for (let view = 0; view < reading.views; view++) found.push(undefined);
  if (reading.readings.length === 0) return found;
  for (const { index } of reading.readings) found[index] = new Array(keys.length);
  const parts = partsOf(read);
  const [only] = parts;
  const readOf = (part: Part) => readPart(client, read, part, withPrevious, found);
  if (only !== undefined && parts.length === 1) await readOf(only);
  else await Promise.all(parts.map(readOf));
  return found;
}

/** A part of one bucket's keys. */
interface Part {
  readonly bucket: number;
  /** Indexes of the keys in the read. */
  readonly positions: number[];
}

function partsOf({ reading: { layout, readings }, keys }: ViewsRead): Part[] {
  const parts: Part[] = [];
  const byBucket: (Part | undefined)[] = [];
  for (let index = 0; index < keys.length; index++) {
    const bucket = bucketOf(layout, keys[index] ?? "");
    let part = byBucket[bucket];
    if (part === undefined || part.positions.length * readings.length >= MAX_ROWS) {
      part = { bucket, positions: [] };
      byBucket[bucket] = part;
      parts.push(part);
    }
    part.positions.push(index);
  }
  return parts;
}

/** Reads from one bucket atomically; reads its stamps if its version differs from the cached one. */
async function readPart(
  client: RedisClient,
  read: ViewsRead,
  part: Part,
  withPrevious: boolean,
  found: (Rows | undefined)[],
): Promise<void> {
  const { reading } = read;
  const key = reading.bucketKeys[part.bucket] ?? "";
  let known = reading.checked[part.bucket];
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    known ??= await checkBucket(client, reading, part.bucket);
    if (known === undefined || known.readings.length === 0) break;
    const texts = await client.hmget(key, VERSION, ...fieldsOf(known, read, part, withPrevious));
    if (texts[0] === known.version) {
      dropUnloaded(reading, known, found);
      putRows(known, part, texts, withPrevious, found);
      return;
    }
    known = undefined;
  }
  for (const { index } of reading.readings) found[index] = undefined;
}

async function checkBucket(
  client: RedisClient,
  reading: ViewsReading,
  bucket: number,
): Promise<CheckedBucket | undefined> {
  const { readings, stampFields } = reading;
  const [version, ...stamps] = await client.hmget(reading.bucketKeys[bucket] ?? "", VERSION, ...stampFields);
  const loadIds = readings.map(({ wanted }, index) => {
    const stamp = stamps[index];
    return typeof stamp === "string" && isStamped(stamp, wanted) ? stampedLoad(stamp) : "";
  });
  const loaded = loadedReadings(reading, loadIds);
  const checked = typeof version === "string" ? { version, readings: loaded } : undefined;
  // An empty bucket is not cached: without row reads, a later load would go unnoticed.
  reading.checked[bucket] = loaded.length > 0 ? checked : undefined;
  return checked;
}

/** Returns the loaded readings; a load id of '' means none. */
function loadedReadings({ readings, loaded }: ViewsReading, loadIds: readonly string[]): readonly LoadedReading[] {
  const name = loadIds.join(" ");
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const made = readings.flatMap((each, index) => {
    const loadId = loadIds[index] ?? "";
    return loadId === "" ? [] : [{ ...each, rowsStart: rowsStart(each.table, loadId) }];
  });
  if (loaded.size >= MAX_LOADS) loaded.clear();
  loaded.set(name, made);
  return made;
}

/** Returns the fields of every reading for each key. */
function fieldsOf(
  { readings }: CheckedBucket,
  { tenant, keys }: ViewsRead,
  { positions }: Part,
  withPrevious: boolean,
): string[] {
  const fields: string[] = [];
  for (const index of positions) {
    const key = keys[index] ?? "";
    const shared = rowName("", key);
    const own = rowName(tenant, key);
    for (const { rowsStart: start, isTenants } of readings) {
      const field = start + (isTenants ? own : shared);
      fields.push(field);
      if (withPrevious) fields.push(field + PREVIOUS);
    }
  }
  return fields;
}

/** Removes the rows of readings that the bucket has not loaded. */
function dropUnloaded({ readings }: ViewsReading, known: CheckedBucket, found: (Rows | undefined)[]): void {
  if (known.readings.length === readings.length) return;
  const loaded = new Set(known.readings.map(({ index }) => index));
  for (const { index } of readings) if (!loaded.has(index)) found[index] = undefined;
}

function putRows(
  known: CheckedBucket,
  { positions }: Part,
  texts: readonly (string | null)[],
  withPrevious: boolean,
  found: (Rows | undefined)[],
): void {
  let at = 1;
  for (const index of positions) {
    for (const each of known.readings) {
      let row = rowOf(texts[at++], each);
      if (withPrevious) {
        const before = rowOf(texts[at++], each);
        if (row === NEWER) row = before;
      }
      const rows = found[each.index];
      if (rows !== undefined) rows[index] = row;
    }
  }
}

function rowOf(text: string | null | undefined, { generation, commonTime }: Reading): Rows[number] {
  return typeof text === "string" ? readStoredRow(text, generation, commonTime) : undefined;
}
