import type { EntityKey, HeldRows, OnlineRow, OnlineStore } from "./online-store";
import type { RegisteredView } from "./registry";

/** A row on its way into memory. */
export interface LoadedRow {
  readonly scope: string;
  readonly key: EntityKey;
  /** Microseconds since 1970 UTC. */
  readonly eventTime: number | null;
  /** JSON texts in the order of the served features. */
  readonly values: readonly string[];
}

/** Streams the rows of a generation in chunks. */
export type GenerationLoader = (registered: RegisteredView, table: string) => AsyncIterable<readonly LoadedRow[]>;

/** What happened to a generation. */
export type MemoryEvent =
  | { readonly kind: "loaded"; readonly table: string; readonly rows: number; readonly bytes: number }
  | { readonly kind: "left_out"; readonly table: string; readonly limitBytes: number }
  | { readonly kind: "failed"; readonly table: string; readonly error: unknown };

export interface MemoryOnlineStoreOptions {
  readonly load: GenerationLoader;
  /** Roughly how much may be held, bytes. A generation that does not fit is left to the next tier. */
  readonly limitBytes: number;
  readonly onEvent: (event: MemoryEvent) => void;
}

export interface MemoryOnlineStore extends OnlineStore {
  held(table: string): HeldRows | undefined;
  /** Roughly how much is held, bytes. */
  bytes(): number;
  follow(served: readonly RegisteredView[]): Promise<void>;
}

/**
 * Holds whole generations in this process. `follow` loads those that are served and lets go of the others; a generation
 * is read from here only once all of it is here. Vectors are not held.
 */
export function createMemoryOnlineStore({ load, limitBytes, onEvent }: MemoryOnlineStoreOptions): MemoryOnlineStore {
  const tables = new Map<string, PackedRows>();
  // Those that did not fit, until room is made.
  const leftOut = new Set<string>();
  let closed = false;
  const bytes = (): number => [...tables.values()].reduce((sum, packed) => sum + packed.bytes(), 0);

  const loadTable = async (registered: RegisteredView, table: string): Promise<void> => {
    const room = limitBytes - bytes();
    const packed = createPackedRows();
    try {
      for await (const rows of load(registered, table)) {
        if (closed) return;
        for (const row of rows) packed.add(row);
        if (packed.bytes() > room) {
          leftOut.add(table);
          onEvent({ kind: "left_out", table, limitBytes });
          return;
        }
      }
      packed.finish();
      if (closed) return;
      tables.set(table, packed);
      onEvent({ kind: "loaded", table, rows: packed.rows(), bytes: packed.bytes() });
    } catch (error) {
      onEvent({ kind: "failed", table, error });
    }
  };

  return {
    name: "memory",
    held: (table) => tables.get(table),
    bytes,
    async read({ table, scope, keys }) {
      const packed = tables.get(table);
      return packed && keys.map((key) => packed.get(scope, key));
    },
    readVectors: async () => undefined,
    async follow(served) {
      const wanted = new Map<string, RegisteredView>();
      for (const registered of served) if (registered.served) wanted.set(registered.served.table, registered);
      for (const table of tables.keys()) {
        if (!wanted.has(table)) {
          tables.delete(table);
          leftOut.clear();
        }
      }
      for (const [table, registered] of wanted) {
        if (!closed && !tables.has(table) && !leftOut.has(table)) await loadTable(registered, table);
      }
    },
    async close() {
      closed = true;
      tables.clear();
    },
  };
}

/** Estimated bytes of an entry of the key map, and of a string's header. */
const ENTRY_BYTES = 72;
const STRING_BYTES = 24;

interface PackedRows extends HeldRows {
  add(row: LoadedRow): void;
  /** Cuts the arrays to size; nothing is added after. */
  finish(): void;
  rows(): number;
  bytes(): number;
}

function createPackedRows(): PackedRows {
  const positions = new Map<string, Map<EntityKey, number>>();
  const texts: string[] = [];
  let eventTimes = new Float64Array(1024);
  let offsets = new Uint32Array(8192);
  let stride = 0;
  let textBytes = 0;

  return {
    add({ scope, key, eventTime, values }) {
      const row = texts.length;
      if (row === 0) stride = values.length + 1;
      if (row === eventTimes.length) eventTimes = grown(eventTimes, new Float64Array(row * 2));
      const base = row * stride;
      while (base + stride > offsets.length) offsets = grown(offsets, new Uint32Array(offsets.length * 2));
      let at = 0;
      for (let index = 0; index < values.length; index++) {
        offsets[base + index] = at;
        at += (values[index] ?? "").length + 1;
      }
      offsets[base + values.length] = at;
      eventTimes[row] = eventTime ?? Number.NaN;
      const text = values.join(",");
      texts.push(text);
      textBytes += STRING_BYTES + key.length + Buffer.byteLength(text);
      let inScope = positions.get(scope);
      if (inScope === undefined) {
        inScope = new Map();
        positions.set(scope, inScope);
      }
      inScope.set(key, row);
    },
    finish() {
      eventTimes = eventTimes.slice(0, texts.length);
      offsets = offsets.slice(0, texts.length * stride);
    },
    get(scope, key): OnlineRow | undefined {
      const row = positions.get(scope)?.get(key);
      if (row === undefined) return undefined;
      const eventTime = eventTimes[row] ?? Number.NaN;
      return {
        eventTime: Number.isNaN(eventTime) ? null : eventTime,
        text: texts[row] ?? "",
        offsets,
        base: row * stride,
      };
    },
    rows: () => texts.length,
    bytes: () => textBytes + texts.length * (ENTRY_BYTES + 8) + eventTimes.byteLength + offsets.byteLength,
  };
}

function grown<Numbers extends Float64Array | Uint32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
