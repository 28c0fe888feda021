import type { CallOptions } from "../database/database";
import type { BrokenContract, Repairs, RunState, RunWarning } from "./offline-store";

/** A run of the past or under way. Times are microseconds since 1970 UTC. */
export interface ListedRun {
  readonly runId: string;
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  readonly state: RunState;
  readonly kind: "full" | "incremental";
  /** Entities that an incremental run computed; null of a full one. */
  readonly recomputed: number | null;
  /** Why a run that was asked to be incremental is full. */
  readonly whyFull: string | null;
  readonly asOf: bigint;
  /** Database transactions before it are in the generation, as PostgreSQL counts them; null where none is kept. */
  readonly watermark: string | null;
  /** What incremental runs had wrong, of a reconciling run; its examples hold entities' keys. Null: it did not reconcile. */
  readonly repaired: Repairs | null;
  readonly startedAt: bigint;
  readonly finishedAt: bigint | null;
  /** Of the whole generation; null before it is filled. */
  readonly rows: number | null;
  readonly ignoredRows: number | null;
  /** How far a backfill is that is under way or interrupted; null: the run is none, or is over. */
  readonly chunks: { readonly done: number; readonly total: number } | null;
  /** `message` may hold an entity's key. */
  readonly failure: { readonly code: string; readonly message: string | null } | null;
  /** Its examples hold entities' keys. */
  readonly brokenContracts: readonly BrokenContract[];
  readonly forcedBecause: string | null;
  readonly warnings: readonly RunWarning[];
}

export interface RunQuery {
  readonly view?: string;
  readonly version?: number;
  readonly state?: RunState;
  readonly limit: number;
  /** Only runs before this one. */
  readonly before?: string;
}

export interface RunStore {
  /** Newest first. */
  list(query: RunQuery, options?: CallOptions): Promise<readonly ListedRun[]>;
}
