import type { CallOptions } from "../database/database";
import type { RunHolder, RunState } from "./offline-store";

/** The server that starts scheduled runs. */
export interface SchedulerLeader {
  /** Its fencing token: what it notes is refused once somebody else leads. */
  readonly token: string;
  readonly holder: RunHolder;
  /** Microseconds since 1970 UTC. */
  readonly since: bigint;
}

export type RunMode = "incremental" | "reconcile";

/** A view version's newest run, whoever began it. Times are microseconds since 1970 UTC. */
export interface LastRun {
  readonly runId: string;
  readonly state: RunState;
  readonly asOf: bigint;
  readonly startedAt: bigint;
  readonly finishedAt: bigint | null;
  readonly failureCode: string | null;
  /** Who works on it, and whether its lease lasts; null unless it is running. */
  readonly lease: { readonly holder: RunHolder; readonly isLive: boolean } | null;
}

/** How far a view version's schedule is. Times are microseconds since 1970 UTC. */
export interface ScheduleState {
  readonly view: string;
  readonly version: number;
  /** The schedule that `seenAt` is a time of, `0 3 * * * UTC`; null: none so far. */
  readonly schedule: string | null;
  /** The newest time of it that was seen to: a run began of it, or it was skipped. */
  readonly seenAt: bigint | null;
  /** The run that the scheduler began and whose end it did not note yet. */
  readonly claim: { readonly token: string; readonly at: bigint; readonly mode: RunMode } | null;
  /** When every row was last computed anew by a scheduled run. */
  readonly reconciledAt: bigint | null;
  /** Failed runs since the last that did not fail. */
  readonly failures: number;
  readonly failureCode: string | null;
  readonly retryAt: bigint | null;
  /** Times that came while a run went on, and the newest of them. */
  readonly skipped: number;
  readonly skippedAt: bigint | null;
  readonly lastRun: LastRun | null;
  /** Milliseconds that the newest published run took; null before the first. */
  readonly publishedMs: number | null;
}

export interface ScheduleClaim {
  /** The token by which the caller leads. */
  readonly leader: string;
  readonly view: string;
  readonly version: number;
  readonly schedule: string | null;
  /** The newest time of the schedule; null where there is none. */
  readonly seenAt: bigint | null;
  readonly mode: RunMode;
}

/** How a claimed run ended. `retryAt` is when the next is tried, microseconds since 1970 UTC. */
export type ScheduleOutcome =
  /** `reconciledAt`: when it began, where it computed every row anew. */
  | { readonly kind: "published"; readonly reconciledAt: bigint | null }
  | { readonly kind: "failed"; readonly code: string; readonly retryAt: bigint }
  /** Another run of the view went on: this one was not begun. */
  | { readonly kind: "skipped" }
  /** Given up by a server that stops: the next leader begins it again. */
  | { readonly kind: "interrupted"; readonly retryAt: bigint };

/** What the servers know together of scheduled runs. */
export interface ScheduleStore {
  /**
   * Takes the lead, keeps it for another half a minute, or says who has it. `token`: by which the caller led so far;
   * `deadToken`: of a leader whom the caller knows to be dead. Null: nobody leads just now.
   */
  tryLead(
    request: { readonly holder: RunHolder; readonly token: string | null; readonly deadToken?: string },
    options?: CallOptions,
  ): Promise<(SchedulerLeader & { readonly isCaller: boolean }) | null>;

  /** Gives the lead up, so that another takes it at once. */
  stepDown(token: string, options?: CallOptions): Promise<void>;

  /** Who leads; null: nobody, or one that did not renew its lease. */
  leader(options?: CallOptions): Promise<SchedulerLeader | null>;

  /** Of every version that is not retired, by name and version. */
  states(options?: CallOptions): Promise<readonly ScheduleState[]>;

  /** Notes that a run begins, and gives the claim by which its end is noted. Null: the caller leads no longer, or one goes on. */
  claim(claim: ScheduleClaim, options?: CallOptions): Promise<string | null>;

  /** Notes a time that comes while a run goes on. False: it was noted before, or the caller leads no longer. */
  skip(skipped: Omit<ScheduleClaim, "mode"> & { readonly seenAt: bigint }, options?: CallOptions): Promise<boolean>;

  /** Notes the end of a claimed run. False: somebody else noted it. */
  settle(claim: string, outcome: ScheduleOutcome, options?: CallOptions): Promise<boolean>;
}
