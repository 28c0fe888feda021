import type { EntityKey, HeldRows, OnlineRow } from "./online-store";

/** A row to load into memory. */
export interface LoadedRow {
  readonly scope: string;
  readonly key: EntityKey;
  /** Microseconds since 1970 UTC. */
  readonly eventTime: number | null;
  /** JSON texts in the order of the served features. */
  readonly values: readonly string[];
}

/**
 * The rows of a generation, with the changes of later generations of the same full run. Rows are only appended: generations
 * and rows that were handed out never change.
 */
export interface PackedRows {
  /** Adds a row of the first generation. */
  add(row: LoadedRow): void;
  /** Ends the first generation and trims the arrays. */
  finish(): void;
  /** Begins the next generation. Readers of earlier ones do not see it. */
  change(generation: number): PackedChanges;
  /** Returns a generation's rows. A non-null `eventTime` replaces the event time of every row that has one. */
  at(generation: number, eventTime: number | null): HeldRows;
  /** Row count of the newest generation. */
  rows(): number;
  /** Row count that the newest generation has replaced. */
  replaced(): number;
  /** Approximate bytes. */
  bytes(): number;
}

/** Changes of a generation from the previous one. */
export interface PackedChanges {
  set(row: LoadedRow): void;
  remove(scope: string, key: EntityKey): void;
  /** Reverts a generation that nobody reads yet. */
  undo(): void;
}

/** Estimated bytes of a key map entry, of a string header, and of the extra data of a later generation's row. */
const ENTRY_BYTES = 72;
const STRING_BYTES = 24;
const CHANGE_BYTES = 16;

export function createPackedRows(): PackedRows {
  const positions = new Map<string, Map<EntityKey, number>>();
  // An undefined text ends the key's row.
  const texts: (string | undefined)[] = [];
  let eventTimes = new Float64Array(1024);
  let offsets = new Uint32Array(8192);
  let stride = 0;
  let textBytes = 0;
  let live = 0;
  // Row count of the first generation; for every later row, its generation and the key's previous row.
  let firstRows = Number.POSITIVE_INFINITY;
  const generations: number[] = [];
  const before: (number | undefined)[] = [];

  /** Appends a row and repoints the key; returns the key's previous row. */
  const append = (scope: string, key: EntityKey, text: string | undefined): number | undefined => {
    let inScope = positions.get(scope);
    if (inScope === undefined) {
      inScope = new Map();
      positions.set(scope, inScope);
    }
    const last = inScope.get(key);
    inScope.set(key, texts.length);
    if (last !== undefined && texts[last] !== undefined) live -= 1;
    if (text !== undefined) live += 1;
    texts.push(text);
    return last;
  };

  const put = ({ scope, key, eventTime, values }: LoadedRow): number | undefined => {
    const row = texts.length;
    if (stride === 0) stride = values.length + 1;
    const base = row * stride;
    eventTimes = withRoom(eventTimes, row + 1, (length) => new Float64Array(length), firstRows);
    offsets = withRoom(offsets, base + stride, (length) => new Uint32Array(length), firstRows);
    let at = 0;
    for (let index = 0; index < values.length; index++) {
      offsets[base + index] = at;
      at += (values[index] ?? "").length + 1;
    }
    offsets[base + values.length] = at;
    eventTimes[row] = eventTime ?? Number.NaN;
    const text = values.join(",");
    textBytes += STRING_BYTES + key.length + Buffer.byteLength(text);
    return append(scope, key, text);
  };

  return {
    add: put,
    finish() {
      firstRows = texts.length;
      eventTimes = eventTimes.slice(0, firstRows);
      offsets = offsets.slice(0, firstRows * stride);
    },
    change(generation) {
      const first = texts.length;
      const bytesBefore = textBytes;
      const liveBefore = live;
      const keys: (readonly [scope: string, key: EntityKey])[] = [];
      const setRow = (scope: string, key: EntityKey, last: number | undefined): void => {
        keys.push([scope, key]);
        generations.push(generation);
        before.push(last);
      };
      return {
        set: (row) => setRow(row.scope, row.key, put(row)),
        remove: (scope, key) => setRow(scope, key, append(scope, key, undefined)),
        undo() {
          for (const [scope, key] of keys.reverse()) {
            const last = before.pop();
            if (last === undefined) positions.get(scope)?.delete(key);
            else positions.get(scope)?.set(key, last);
          }
          generations.length = before.length;
          texts.length = first;
          textBytes = bytesBefore;
          live = liveBefore;
        },
      };
    },
    at: (generation, commonTime) => ({
      get(scope, key): OnlineRow | undefined {
        let row = positions.get(scope)?.get(key);
        while (row !== undefined && row >= firstRows && (generations[row - firstRows] ?? 0) > generation) {
          row = before[row - firstRows];
        }
        const text = row === undefined ? undefined : texts[row];
        if (row === undefined || text === undefined) return undefined;
        const eventTime = eventTimes[row] ?? Number.NaN;
        return {
          eventTime: Number.isNaN(eventTime) ? null : (commonTime ?? eventTime),
          text,
          offsets,
          base: row * stride,
        };
      },
    }),
    rows: () => live,
    replaced: () => texts.length - live,
    bytes: () =>
      textBytes +
      texts.length * (ENTRY_BYTES + 8) +
      generations.length * CHANGE_BYTES +
      eventTimes.byteLength +
      offsets.byteLength,
  };
}

/** Doubles the array while rows stream in. Later changes are few and grow it by an eighth. */
function withRoom<Numbers extends Float64Array | Uint32Array>(
  numbers: Numbers,
  length: number,
  create: (length: number) => Numbers,
  firstRows: number,
): Numbers {
  if (length <= numbers.length) return numbers;
  const spare = Number.isFinite(firstRows) ? Math.ceil(numbers.length / 8) + 1024 : numbers.length;
  const grown = create(Math.max(length, numbers.length + spare));
  grown.set(numbers);
  return grown;
}
