import type { Generation, RegisteredView } from "../../registry/index";
import type { EntityKey, HeldRows, OnlineStore } from "./online-store";
import { createPackedRows, type LoadedRow, type PackedRows } from "./packed-rows";

/** Streams the rows of a generation in chunks. */
export type GenerationLoader = (registered: RegisteredView, table: string) => AsyncIterable<readonly LoadedRow[]>;

/** Streams the differences of the served generation from `since`, an earlier generation of the same full run. */
export interface ChangesLoader {
  changed(registered: RegisteredView, since: number): AsyncIterable<readonly LoadedRow[]>;
  /** Keys whose rows ended without a newer row. */
  removed(registered: RegisteredView, since: number): AsyncIterable<readonly RowKey[]>;
}

export interface RowKey {
  readonly scope: string;
  readonly key: EntityKey;
}

/** An event of a generation. `loadedRows` of its rows were loaded; the others came from an earlier generation. */
export type MemoryEvent =
  | {
      readonly kind: "loaded";
      readonly table: string;
      readonly rows: number;
      readonly loadedRows: number;
      readonly bytes: number;
    }
  | { readonly kind: "left_out"; readonly table: string; readonly limitBytes: number }
  | { readonly kind: "failed"; readonly table: string; readonly error: unknown };

export interface MemoryOnlineStoreOptions {
  readonly load: GenerationLoader;
  /** Default: every generation is loaded in full. */
  readonly loadChanges?: ChangesLoader;
  /** Approximate memory limit in bytes. A generation that does not fit is left to the next tier. */
  readonly limitBytes: number;
  readonly onEvent: (event: MemoryEvent) => void;
}

export interface MemoryOnlineStore extends OnlineStore {
  held(table: string): HeldRows | undefined;
  /** Approximate memory use in bytes. */
  bytes(): number;
  follow(served: readonly RegisteredView[]): Promise<void>;
  forget(served: readonly RegisteredView[]): void;
}

interface HeldGeneration {
  readonly registered: RegisteredView;
  readonly generation: Generation;
  readonly packed: PackedRows;
  readonly rows: HeldRows;
}

/**
 * Holds complete generations in this process. `follow` loads the served generations and releases the others; a generation
 * can be read only after it is fully loaded. After an incremental run, only the changes since the held generation are
 * loaded. Vectors are not held.
 */
export function createMemoryOnlineStore(options: MemoryOnlineStoreOptions): MemoryOnlineStore {
  const { load, loadChanges, limitBytes, onEvent } = options;
  const tables = new Map<string, HeldGeneration>();
  // Generations that did not fit, until space is freed; by the rows table that a full run shares with its incremental runs.
  const skippedTables = new Set<string>();
  // Erasures by view version; rows requested before the latest erasure may contain erased keys.
  const erasures = new Map<string, number>();
  let closed = false;
  const bytes = (): number =>
    [...new Set([...tables.values()].map(({ packed }) => packed))].reduce((sum, packed) => sum + packed.bytes(), 0);

  const hold = (registered: RegisteredView, generation: Generation, packed: PackedRows, loadedRows: number): void => {
    // A key was erased during the load.
    if (erasuresOf(registered) < (erasures.get(versionOf(registered)) ?? 0)) return;
    const { table, shared, asOf } = generation;
    // As in PostgreSQL, a row without its own event time has the generation's as-of time.
    const usesAsOf = shared !== undefined && registered.view.source.eventTime === null;
    const rows = packed.at(generation.generation, usesAsOf ? Number(asOf) : null);
    tables.set(table, { registered, generation, packed, rows });
    onEvent({ kind: "loaded", table, rows: packed.rows(), loadedRows, bytes: packed.bytes() });
  };

  const skip = ({ table, shared }: Generation): void => {
    skippedTables.add(shared?.table ?? table);
    onEvent({ kind: "left_out", table, limitBytes });
  };

  const loadWhole = async (registered: RegisteredView, generation: Generation): Promise<void> => {
    const room = limitBytes - bytes();
    const packed = createPackedRows();
    for await (const rows of load(registered, generation.table)) {
      if (closed) return;
      for (const row of rows) packed.add(row);
      if (packed.bytes() > room) {
        skip(generation);
        return;
      }
    }
    packed.finish();
    if (!closed) hold(registered, generation, packed, packed.rows());
  };

  /** Returns the newest held generation that changes can turn into `generation`. */
  const earlier = (registered: RegisteredView, { generation, shared }: Generation): HeldGeneration | undefined => {
    if (shared === undefined) return undefined;
    const newest = [...tables.values()]
      .filter(
        (held) =>
          held.generation.shared?.table === shared.table && erasuresOf(held.registered) === erasuresOf(registered),
      )
      .reduce<HeldGeneration | undefined>(
        (found, held) => (found && found.generation.generation > held.generation.generation ? found : held),
        undefined,
      );
    if (newest === undefined || newest.generation.generation > generation) return undefined;
    const { packed } = newest;
    return packed.replaced() > packed.rows() ? undefined : newest;
  };

  /** Loads the changes of a generation; false if it must be loaded in full. */
  const loadChanged = async (registered: RegisteredView, generation: Generation): Promise<boolean> => {
    const base = earlier(registered, generation);
    if (base === undefined || loadChanges === undefined) return false;
    const { packed } = base;
    const since = base.generation.generation;
    if (generation.shared?.changes === base.generation.shared?.changes && generation.rows === base.generation.rows) {
      hold(registered, generation, packed, 0);
      return true;
    }
    const changes = packed.change(generation.generation);
    let loadedRows = 0;
    let isHeld = false;
    try {
      for await (const rows of loadChanges.changed(registered, since)) {
        if (closed) return true;
        for (const row of rows) changes.set(row);
        loadedRows += rows.length;
        if (bytes() > limitBytes) {
          skip(generation);
          return true;
        }
      }
      // Most runs end no row, and PostgreSQL would scan all rows.
      if (packed.rows() > generation.rows) {
        for await (const keys of loadChanges.removed(registered, since)) {
          if (closed) return true;
          for (const { scope, key } of keys) changes.remove(scope, key);
        }
      }
      isHeld = packed.rows() === generation.rows;
    } finally {
      if (!isHeld) changes.undo();
    }
    if (isHeld && !closed) hold(registered, generation, packed, loadedRows);
    return isHeld;
  };

  const forget = (served: readonly RegisteredView[]): void => {
    for (const registered of served) {
      const version = versionOf(registered);
      erasures.set(version, Math.max(erasuresOf(registered), erasures.get(version) ?? 0));
    }
    // Also drops other tables of the view, so that erased rows are no longer served.
    for (const [table, { registered }] of tables) {
      if (erasuresOf(registered) < (erasures.get(versionOf(registered)) ?? 0)) tables.delete(table);
    }
  };

  const release = (served: readonly RegisteredView[], needed: ReadonlyMap<string, RegisteredView>): void => {
    const before = bytes();
    forget(served);
    for (const table of tables.keys()) if (!needed.has(table)) tables.delete(table);
    if (bytes() < before) skippedTables.clear();
  };

  return {
    name: "memory",
    held: (table) => tables.get(table)?.rows,
    holds: (table) => tables.has(table),
    bytes,
    async read({ table, scope, keys }) {
      const held = tables.get(table);
      return held && keys.map((key) => held.rows.get(scope, key));
    },
    readVectors: async () => undefined,
    forget,
    async follow(served) {
      const needed = new Map<string, RegisteredView>();
      for (const registered of served) if (registered.served) needed.set(registered.served.table, registered);
      release(served, needed);
      for (const [table, registered] of needed) {
        const { served: generation } = registered;
        if (generation === null || closed || tables.has(table) || skippedTables.has(generation.shared?.table ?? table))
          continue;
        try {
          if (!(await loadChanged(registered, generation))) await loadWhole(registered, generation);
        } catch (error) {
          onEvent({ kind: "failed", table, error });
        }
      }
    },
    async close() {
      closed = true;
      tables.clear();
    },
  };
}

function erasuresOf({ erasures }: RegisteredView): number {
  return erasures ?? 0;
}

function versionOf({ view }: RegisteredView): string {
  return `${view.name}@${view.version}`;
}
