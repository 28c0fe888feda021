import type { EntityKey, HeldRows, OnlineStore } from "./online-store";
import { createPackedRows, type LoadedRow, type PackedRows } from "./packed-rows";
import type { Generation, RegisteredView } from "./registry";

/** Streams the rows of a generation in chunks. */
export type GenerationLoader = (registered: RegisteredView, table: string) => AsyncIterable<readonly LoadedRow[]>;

/** Streams what the registered view's served generation has otherwise than `since`, an earlier one of the same full run. */
export interface ChangesLoader {
  changed(registered: RegisteredView, since: number): AsyncIterable<readonly LoadedRow[]>;
  /** Keys whose rows ended without a newer one. */
  removed(registered: RegisteredView, since: number): AsyncIterable<readonly RowKey[]>;
}

export interface RowKey {
  readonly scope: string;
  readonly key: EntityKey;
}

/** What happened to a generation. `loadedRows` of its rows were loaded; the others were there from an earlier one. */
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
  /** Default: every generation is loaded whole. */
  readonly loadChanges?: ChangesLoader;
  /** Roughly how much may be held, bytes. A generation that does not fit is left to the next tier. */
  readonly limitBytes: number;
  readonly onEvent: (event: MemoryEvent) => void;
}

export interface MemoryOnlineStore extends OnlineStore {
  held(table: string): HeldRows | undefined;
  /** Roughly how much is held, bytes. */
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
 * Holds whole generations in this process. `follow` loads those that are served and lets go of the others; a generation
 * is read from here only once all of it is here. Of one that came from an incremental run, only what changed since the
 * one that is held is loaded. Vectors are not held.
 */
export function createMemoryOnlineStore(options: MemoryOnlineStoreOptions): MemoryOnlineStore {
  const { load, loadChanges, limitBytes, onEvent } = options;
  const tables = new Map<string, HeldGeneration>();
  // Those that did not fit, until room is made; by the table of rows that a full run and those after it share.
  const leftOut = new Set<string>();
  // By view version: rows that were asked for before so many erasures may hold what is erased.
  const erasures = new Map<string, number>();
  let closed = false;
  const bytes = (): number =>
    [...new Set([...tables.values()].map(({ packed }) => packed))].reduce((sum, packed) => sum + packed.bytes(), 0);

  const hold = (registered: RegisteredView, generation: Generation, packed: PackedRows, loadedRows: number): void => {
    // Something was erased while it was loaded.
    if (erasuresOf(registered) < (erasures.get(versionOf(registered)) ?? 0)) return;
    const { table, shared, asOf } = generation;
    // As PostgreSQL answers: what has no event time of its own is as of its generation.
    const isAsOf = shared !== undefined && registered.view.source.eventTime === null;
    const rows = packed.at(generation.generation, isAsOf ? Number(asOf) : null);
    tables.set(table, { registered, generation, packed, rows });
    onEvent({ kind: "loaded", table, rows: packed.rows(), loadedRows, bytes: packed.bytes() });
  };

  const leaveOut = ({ table, shared }: Generation): void => {
    leftOut.add(shared?.table ?? table);
    onEvent({ kind: "left_out", table, limitBytes });
  };

  const loadWhole = async (registered: RegisteredView, generation: Generation): Promise<void> => {
    const room = limitBytes - bytes();
    const packed = createPackedRows();
    for await (const rows of load(registered, generation.table)) {
      if (closed) return;
      for (const row of rows) packed.add(row);
      if (packed.bytes() > room) {
        leaveOut(generation);
        return;
      }
    }
    packed.finish();
    if (!closed) hold(registered, generation, packed, packed.rows());
  };

  /** The newest held generation of which `generation` may be made by its changes. */
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

  /** False: it must be loaded whole. */
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
          leaveOut(generation);
          return true;
        }
      }
      // Most runs end no row, and PostgreSQL would look at all of them.
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
    // Wherever else it is still named: what was erased is answered no longer.
    for (const [table, { registered }] of tables) {
      if (erasuresOf(registered) < (erasures.get(versionOf(registered)) ?? 0)) tables.delete(table);
    }
  };

  const letGo = (served: readonly RegisteredView[], wanted: ReadonlyMap<string, RegisteredView>): void => {
    const before = bytes();
    forget(served);
    for (const table of tables.keys()) if (!wanted.has(table)) tables.delete(table);
    if (bytes() < before) leftOut.clear();
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
      const wanted = new Map<string, RegisteredView>();
      for (const registered of served) if (registered.served) wanted.set(registered.served.table, registered);
      letGo(served, wanted);
      for (const [table, registered] of wanted) {
        const { served: generation } = registered;
        if (generation === null || closed || tables.has(table) || leftOut.has(generation.shared?.table ?? table))
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
