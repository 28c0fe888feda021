import type { UnparsedValues } from "@featstore/definitions/compiler";
import type { RunHolder } from "../database/index";
import type { FullReason, ViewFills } from "../engine/index";
import type { RegisteredView, RegistryStore } from "../registry/index";
import type { RunLog } from "./run-log";
import type { BrokenContract, GenerationName, Repairs, RunFailure, RunWarning } from "./run-types";

export interface MaterializeDependencies {
  readonly registry: Pick<RegistryStore, "snapshot">;
  readonly offline: RunLog;
  readonly engine: ViewFills;
  /** The process that runs it: `await thisProcess()`. */
  readonly holder: RunHolder;
  /** Returns whether the holder of another run is surely dead: `isSurelyDead`. */
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
  /** Called when a published generation has its profile. A failure of this callback is ignored. */
  readonly onProfiled?: (registered: RegisteredView, generation: GenerationName) => Promise<void>;
  /**
   * Reads rows of the published generation as a request does, and returns the features that are served differently from the table.
   * Null if another generation is served by now. `throughStore`: the rows came from where servers read them.
   */
  readonly readBack?: (
    registered: RegisteredView,
    generation: number,
    signal?: AbortSignal,
  ) => Promise<{
    readonly rows: number;
    readonly features: readonly string[];
    readonly throughStore: boolean;
    readonly durationMs: number;
  } | null>;
}

export type MaterializePhase = "begin" | "fill" | "verify" | "publish";

/** Reported at the start of each phase of a view, and at its end. */
export interface MaterializeProgress {
  readonly view: string;
  readonly version: number;
  /** The position of the view in this materialization, from 1. */
  readonly position: number;
  readonly total: number;
  readonly phase: MaterializePhase | "published" | "failed";
  /** Known from the phase `verify` on. */
  readonly rows: number | null;
  /** Milliseconds since the view's turn started. */
  readonly elapsedMs: number;
  /** For a run in chunks, during the fill: the finished chunks and their total. */
  readonly chunk?: { readonly done: number; readonly total: number };
}

export interface MaterializeRequest {
  /** `speech_sentiment` or `speech_sentiment@2`. Default: everything that is served or will be. */
  readonly views?: readonly string[];
  /**
   * `full`, the default, computes every entity. `incremental` computes those whose rows changed or whose windows moved
   * since the served generation, and falls back to full if that cannot be determined. `reconcile` does both with one
   * as-of time and reports what the incremental run had wrong; rows that were deleted leave no trace.
   */
  readonly mode?: "full" | "incremental" | "reconcile";
  /** Microseconds since 1970 UTC. Default: the database's clock, per view. */
  readonly asOf?: bigint;
  /**
   * Why generations that break their definitions' promises are published anyway; stored with the run. Absent: they are
   * not published.
   */
  readonly forceBecause?: string;
  readonly onProgress?: (progress: MaterializeProgress) => void;
  /** Cancels: the current view fails cleanly, and later views do not start. */
  readonly signal?: AbortSignal;
  /** Milliseconds for the fill of one view. Default: one hour. */
  readonly fillDeadlineMs?: number;
  /** Milliseconds between heartbeats; the lease lasts thirty seconds. Default: 5,000. */
  readonly heartbeatMs?: number;
}

export interface MaterializedView {
  readonly view: string;
  readonly version: number;
  /** `not_begun`: the materialization was cancelled before its turn. */
  readonly state: "published" | "failed" | "not_begun";
  readonly kind: "full" | "incremental";
  /** Entities that an incremental run computed; null for a full one. */
  readonly recomputed: number | null;
  /** Why a run that was requested as incremental is full. */
  readonly whyFull: FullReason | null;
  /** Repairs of a reconciliation to the incremental result; null for other runs. */
  readonly repaired: Repairs | null;
  readonly runId: string | null;
  readonly generation: number | null;
  readonly asOf: bigint | null;
  readonly rows: number | null;
  /** Milliseconds of each phase that ran. */
  readonly durations: Readonly<Partial<Record<MaterializePhase, number>>>;
  /** Rows that were skipped because tenant and key together have more than `MAX_KEY_BYTES`. */
  readonly ignoredRows: number;
  /** Values lost in casts, by feature. */
  readonly unparsed: Readonly<Record<string, UnparsedValues>>;
  /** Contracts of features that the rows break: the run failed because of them, or was forced. */
  readonly brokenContracts: readonly BrokenContract[];
  readonly warnings: readonly RunWarning[];
  /**
   * Milliseconds that the profile took after the publish; null if there is no profile, for example because it failed.
   */
  readonly profileMs: number | null;
  /** Milliseconds that reading rows back took, without waiting for an online store; null if it was not possible. */
  readonly readBackMs: number | null;
  readonly failure: RunFailure | null;
}

/** The position of a view in a materialization, from 1. */
export interface ViewPosition {
  readonly position: number;
  readonly total: number;
}
