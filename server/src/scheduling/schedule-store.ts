import type { CallOptions, RunHolder } from "../database/index";
import type { RunState } from "../materialization/index";

/** The server that starts scheduled runs. */
export interface SchedulerLeader {
  /** Its fencing token: its writes are refused once another server leads. */
  readonly token: string;
  readonly holder: RunHolder;
  /** Microseconds since 1970 UTC. */
  readonly since: bigint;
}

export type RunMode = "incremental" | "reconcile";

/** A view version's newest run, scheduled or not. Times are microseconds since 1970 UTC. */
export interface LastRun {
  readonly runId: string;
  readonly state: RunState;
  readonly asOf: bigint;
  readonly startedAt: bigint;
  readonly finishedAt: bigint | null;
  readonly failureCode: string | null;
  /** The holder and whether its lease is valid; null unless it is running. */
  readonly lease: { readonly holder: RunHolder; readonly isLive: boolean } | null;
}

/** The schedule state of a view version. Times are microseconds since 1970 UTC. */
export interface ScheduleState {
  readonly view: string;
  readonly version: number;
  /** The schedule of `seenAt`, `0 3 * * * UTC`; null before the first. */
  readonly schedule: string | null;
  /** The latest scheduled time that was handled, by a run or a skip. */
  readonly seenAt: bigint | null;
  /** The scheduled run whose end is not recorded yet. */
  readonly claim: { readonly token: string; readonly at: bigint; readonly mode: RunMode } | null;
  /** The time of the last scheduled run that recomputed every row. */
  readonly reconciledAt: bigint | null;
  /** Consecutive failed runs. */
  readonly failures: number;
  readonly failureCode: string | null;
  readonly retryAt: bigint | null;
  /** Times that were skipped during a run, and the latest of them. */
  readonly skipped: number;
  readonly skippedAt: bigint | null;
  readonly lastRun: LastRun | null;
  /** Duration of the newest published run in milliseconds; null before the first. */
  readonly publishedMs: number | null;
}

export interface ScheduleClaim {
  /** The caller's leader token. */
  readonly leader: string;
  readonly view: string;
  readonly version: number;
  readonly schedule: string | null;
  /** The latest time of the schedule; null if there is none. */
  readonly seenAt: bigint | null;
  readonly mode: RunMode;
}

/** The outcome of a claimed run. `retryAt` is the time of the next attempt, in microseconds since 1970 UTC. */
export type ScheduleOutcome =
  /** `reconciledAt` is its start if it recomputed every row. */
  | { readonly kind: "published"; readonly reconciledAt: bigint | null }
  | { readonly kind: "failed"; readonly code: string; readonly retryAt: bigint }
  /** Not started because another run of the view was active. */
  | { readonly kind: "skipped" }
  /** Aborted by a stopping server; the next leader starts it again. */
  | { readonly kind: "interrupted"; readonly retryAt: bigint };

/** Stores the servers' shared state of scheduled runs. */
export interface ScheduleStore {
  /**
   * Acquires leadership, renews it for half a minute, or returns the current leader. `token` is the caller's current token,
   * `deadToken` the token of a leader known to be dead. Null if there is no leader.
   */
  tryLead(
    request: { readonly holder: RunHolder; readonly token: string | null; readonly deadToken?: string },
    options?: CallOptions,
  ): Promise<(SchedulerLeader & { readonly isCaller: boolean }) | null>;

  /** Steps down, so that another server can lead at once. */
  stepDown(token: string, options?: CallOptions): Promise<void>;

  /** Returns the leader; null if there is none or its lease expired. */
  leader(options?: CallOptions): Promise<SchedulerLeader | null>;

  /** Lists the state of every version that is not retired, by name and version. */
  states(options?: CallOptions): Promise<readonly ScheduleState[]>;

  /** Records the start of a run and returns its claim. Null if the caller no longer leads or a run is active. */
  claim(claim: ScheduleClaim, options?: CallOptions): Promise<string | null>;

  /** Records a time skipped during a run. False if it is already recorded or the caller no longer leads. */
  skip(skipped: Omit<ScheduleClaim, "mode"> & { readonly seenAt: bigint }, options?: CallOptions): Promise<boolean>;

  /** Records the end of a claimed run. False if it is already recorded. */
  settle(claim: string, outcome: ScheduleOutcome, options?: CallOptions): Promise<boolean>;
}
