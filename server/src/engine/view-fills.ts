import type { CallOptions, RunHolder } from "../database/index";
import type { AppliedView } from "./applied-view";

/**
 * Computes the rows of views into the tables of runs. Each step is refused with a `RegistryError` once another holder has the run's
 * lease.
 */
export interface ViewFills {
  /** Creates the run's table, fills it with the rows of all entities as of the run's time, and adds its primary key. */
  fill(run: Run, view: AppliedView, options?: FillOptions): Promise<FilledTable>;

  /** Finds what changed in the views' sources since their served generations. Each source is scanned once for all of them. */
  findChanges(
    views: readonly AppliedView[],
    request: { readonly holder: RunHolder; readonly asOf: bigint | null },
    options?: CallOptions,
  ): Promise<FoundChanges>;

  /**
   * Plans a fill in chunks of entities; null if another version of Featstore compiled the view's query. Only PostgreSQL fills in
   * chunks: other engines work on more than their memory holds. Errors: `engine_without_chunks`.
   */
  planChunks(view: AppliedView): EntityChunks | null;
  /** Divides the entities into chunks; returns their number. */
  beginChunks(run: Run, plan: EntityChunks, chunkEntities: number, options?: CallOptions): Promise<number>;
  /** Computes the next chunk; does nothing after the last. */
  fillChunk(run: Run, options?: CallOptions): Promise<ChunkProgress>;
  /** Adds the primary key after the last chunk; the table is then as after `fill`. */
  endChunks(run: Run, options?: CallOptions): Promise<FilledTable>;

  /**
   * Removes the staging folders on this machine of runs that have ended, and those of operations whose processes have died; returns them.
   * `liveTokens` returns the tokens of all leases. It is called once the folders of runs are listed, so that the folder of a run that
   * begins in between stays.
   */
  sweepStaging(liveTokens: () => Promise<readonly string[]>): Promise<readonly string[]>;
}

export interface FillOptions extends CallOptions {
  /** Called while an engine that computes in tasks has come further. */
  readonly onProgress?: (progress: FillProgress) => void;
}

/** Stages and tasks that an engine has started so far: more may follow. */
export interface FillProgress {
  readonly stages: number;
  readonly stagesDone: number;
  readonly tasks: number;
  readonly tasksDone: number;
}

/** A run in progress. `token` is its fencing token. */
export interface Run {
  readonly runId: string;
  readonly token: string;
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  /** The table's name in schema `features`. */
  readonly table: string;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
}

export interface FilledTable {
  readonly rows: number;
  /** Omitted rows, whose tenant and key together exceed `MAX_KEY_BYTES`. */
  readonly ignoredRows: number;
}

/** The changes that incremental runs of several views need. */
export interface FoundChanges {
  /** The as-of time of the runs, microseconds since 1970 UTC; null if nothing was scanned. */
  readonly asOf: bigint | null;
  /** The lease that keeps the changes; it has to be renewed like that of a run. Null if nothing is kept. */
  readonly lease: Pick<Run, "token"> | null;
  /**
   * Creates the run's table and fills it with the rows of the entities that changed since the served generation. Returns the
   * reason if the run must be full, and records it.
   */
  fill(run: Run, view: AppliedView, options?: FillOptions): Promise<FilledChanges | { readonly full: FullReason }>;
  /** Releases the found changes. */
  drop(): Promise<void>;
}

export interface FilledChanges {
  /** Rows of the whole generation. */
  readonly rows: number;
  readonly ignoredRows: number;
  /** Recomputed entities. */
  readonly recomputed: number;
  /** Rows of the whole generation without a value, by feature. */
  readonly nulls: Readonly<Record<string, number>>;
}

/** The reason why a run that was requested as incremental must be full. */
export type FullReason =
  /** Nothing is served yet, or it is unknown which rows the served run read. */
  | "no_baseline"
  /** The source is a query, view or foreign table, or files, whose rows do not show when they were written, and declares no lateness. */
  | "source_is_no_table"
  /** The source has columns of another source, whose rows may change independently. */
  | "source_is_extended"
  /** The key column may change, and rows do not record the previous key. */
  | "key_may_change"
  /** The source's table or view was replaced, truncated or altered, or a partition attached, detached or dropped: older rows may have appeared or disappeared. An Iceberg table has another schema. */
  | "source_altered"
  /** An Iceberg table has files of deleted rows, with which its changes cannot be found. */
  | "source_has_delete_files"
  /** An Iceberg table no longer has the snapshot that the served run read. */
  | "source_snapshot_expired"
  /** The present state of an Iceberg table does not descend from the snapshot that the served run read. */
  | "source_rolled_back"
  /** The scan for changes failed; the full run reports the cause. */
  | "source_not_scanned"
  /** Another compiler version made the registered SQL. */
  | "other_compiler"
  /** A contract bounds nulls that the last run did not count. */
  | "nulls_not_counted"
  /** So many rows changed, now or since the last full run, that a full run is cheaper. */
  | "many_changes";

/** How a view's entities are divided into chunks, and one chunk is computed. Stored with the run; a resumed run must have the same. */
export interface EntityChunks {
  readonly keysColumns: readonly { readonly name: string; readonly databaseType: string }[];
  /** A query for the distinct keys of all entities. */
  readonly keysText: string;
  /** The view's rows for the entities in `changedKeysTable`. */
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
}

export interface ChunkProgress {
  readonly done: number;
  readonly chunks: number;
  /** Rows of all chunks so far. */
  readonly rows: number;
}

/** Stands in for changes that could not be found: each run starts and fails with the error, which its record stores. */
export function failedChanges(error: unknown): FoundChanges {
  return {
    asOf: null,
    lease: null,
    fill: async () => {
      throw error;
    },
    drop: async () => undefined,
  };
}
