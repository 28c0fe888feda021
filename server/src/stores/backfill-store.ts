import type { CallOptions } from "../database/database";
import type { BeginRunRequest, FilledTable, Run } from "./offline-store";

/** How the entities of a view are divided, and how those of one chunk are computed. */
export interface ChunkPlan {
  /** Entities in a chunk. */
  readonly chunkEntities: number;
  readonly keysColumns: readonly { readonly name: string; readonly databaseType: string }[];
  /** A query for the key of every entity, each once. */
  readonly keysText: string;
  /** The view's rows for the entities in `changedKeysTable`. */
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
}

export interface BeginBackfillRequest extends BeginRunRequest {
  /** `chunkEntities` null: as many as the interrupted one has, if there is one. */
  readonly plan: Omit<ChunkPlan, "chunkEntities"> & { readonly chunkEntities: number | null };
  /** Gives an interrupted one up. */
  readonly isRestart: boolean;
}

/** Why an interrupted backfill was given up. */
export type GivenUpReason = "restarted" | "superseded" | "too_old" | "version_retired";

export interface BackfillRun extends Run {
  /** How far the interrupted one is that this goes on with; null: it is a new one. */
  readonly resumed: { readonly done: number; readonly chunks: number } | null;
  /** The interrupted run that was given up for this one. */
  readonly givenUp: { readonly runId: string; readonly why: GivenUpReason } | null;
}

export interface ChunkProgress {
  readonly done: number;
  readonly chunks: number;
  /** Of all chunks so far. */
  readonly rows: number;
}

/**
 * The steps of a run in chunks that take the place of `beginRun` and `fill`, each atomic by itself: a run that is cut short
 * has those chunks that are done, and is gone on with by the next `beginRun`. A refused step throws `RegistryError`.
 */
export interface BackfillStore {
  /**
   * As `beginRun`; goes on with the interrupted one of the view version, if there is one.
   *
   * @throws RegistryError as `beginRun`, and `backfill_differs`: the interrupted one has another plan or as-of time
   */
  beginRun(request: BeginBackfillRequest, options?: CallOptions): Promise<BackfillRun>;

  /** Divides the entities; of a new one. Gives how many chunks there are. */
  beginChunks(run: Run, plan: ChunkPlan, options?: CallOptions): Promise<number>;

  /** Computes the next chunk; does nothing once all are done. */
  fillChunk(run: Run, options?: CallOptions): Promise<ChunkProgress>;

  /** After the last chunk: adds the primary key, and the table is as one that `fill` filled. */
  endChunks(run: Run, options?: CallOptions): Promise<FilledTable>;
}
