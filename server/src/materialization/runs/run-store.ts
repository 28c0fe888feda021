import type { CallOptions } from "../../database/index";
import type { BrokenContract, Repairs, RunState, RunWarning } from "../offline-store";

/** A past or active run. Times are microseconds since 1970 UTC. */
export interface ListedRun {
  readonly runId: string;
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  readonly state: RunState;
  readonly kind: "full" | "incremental";
  /** Entities recomputed by an incremental run; null for a full run. */
  readonly recomputed: number | null;
  /** The reason why a run that was requested as incremental is full. */
  readonly whyFull: string | null;
  readonly asOf: bigint;
  /** The generation includes all earlier PostgreSQL transactions; null if it is not stored. */
  readonly watermark: string | null;
  /** Errors of incremental runs found by a reconciling run; null if it did not reconcile. The examples contain entity keys. */
  readonly repaired: Repairs | null;
  readonly startedAt: bigint;
  readonly finishedAt: bigint | null;
  /** Rows of the whole generation; null before it is loaded. */
  readonly rows: number | null;
  readonly ignoredRows: number | null;
  /** Progress of an active or interrupted backfill; null for other runs. */
  readonly chunks: { readonly done: number; readonly total: number } | null;
  /** `message` may contain an entity key. */
  readonly failure: { readonly code: string; readonly message: string | null } | null;
  /** The examples contain entity keys. */
  readonly brokenContracts: readonly BrokenContract[];
  readonly forcedBecause: string | null;
  readonly warnings: readonly RunWarning[];
}

export interface RunQuery {
  readonly view?: string;
  readonly version?: number;
  readonly state?: RunState;
  readonly limit: number;
  /** Lists only runs before this one. */
  readonly before?: string;
}

export interface RunStore {
  /** Lists runs, newest first. */
  list(query: RunQuery, options?: CallOptions): Promise<readonly ListedRun[]>;
}
