import type { CallOptions } from "../database/index";
import type { BeginRunRequest, FilledTable, Run } from "./offline-store";

/** Divides a view's entities into chunks and computes one chunk. */
export interface ChunkPlan {
  /** Entities per chunk. */
  readonly chunkEntities: number;
  readonly keysColumns: readonly { readonly name: string; readonly databaseType: string }[];
  /** A query for the distinct keys of all entities. */
  readonly keysText: string;
  /** The view's rows for the entities in `changedKeysTable`. */
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
}

export interface BeginBackfillRequest extends BeginRunRequest {
  /** A null `chunkEntities` keeps the size of the interrupted backfill, if there is one. */
  readonly plan: Omit<ChunkPlan, "chunkEntities"> & { readonly chunkEntities: number | null };
  /** Discards an interrupted backfill. */
  readonly isRestart: boolean;
}

/** The reason why an interrupted backfill was discarded. */
export type GivenUpReason = "restarted" | "superseded" | "too_old" | "version_retired";

export interface BackfillRun extends Run {
  /** The progress of the interrupted backfill that this run resumes; null for a new one. */
  readonly resumed: { readonly done: number; readonly chunks: number } | null;
  /** The interrupted run that was discarded for this one. */
  readonly givenUp: { readonly runId: string; readonly why: GivenUpReason } | null;
}

export interface ChunkProgress {
  readonly done: number;
  readonly chunks: number;
  /** Rows of all chunks so far. */
  readonly rows: number;
}

/**
 * The steps of a chunked run, in place of `beginRun` and `fill`. Each step is atomic: an interrupted run keeps its finished
 * chunks, and the next `beginRun` resumes it. A refused step throws `RegistryError`.
 */
export interface BackfillStore {
  /**
   * Begins a run as `OfflineStore.beginRun` does, or resumes the view version's interrupted backfill.
   *
   * @throws RegistryError as `beginRun`, and `backfill_differs` if the interrupted one has another plan or as-of time
   */
  beginRun(request: BeginBackfillRequest, options?: CallOptions): Promise<BackfillRun>;

  /** Divides the entities of a new backfill into chunks; returns their number. */
  beginChunks(run: Run, plan: ChunkPlan, options?: CallOptions): Promise<number>;

  /** Computes the next chunk; does nothing after the last. */
  fillChunk(run: Run, options?: CallOptions): Promise<ChunkProgress>;

  /** Adds the primary key after the last chunk; the table is then as after `fill`. */
  endChunks(run: Run, options?: CallOptions): Promise<FilledTable>;
}
