import { createCronReader } from "../core/index";
import type { RunHolder } from "../database/index";
import { materializationTargets, type RunWarning } from "../materialization/index";
import type { RegisteredView, RegistrySnapshot } from "../registry/index";
import { tryLead } from "./leader-election";
import { isScheduled, type NextRun, nextRun } from "./next-run";
import { retryPause } from "./retry-pause";
import type { RunMode, ScheduleOutcome, ScheduleState, ScheduleStore } from "./schedule-store";
import { outcomeOfDeadClaim } from "./unsettled-claim";

/** A run that the scheduler starts. */
export interface ScheduledRun {
  readonly view: string;
  readonly version: number;
  readonly mode: RunMode;
  /** Aborts when the server stops and its wait is over. */
  readonly signal: AbortSignal;
}

/** The outcome of a run; `busy` if it did not start because another run of the view was active. */
export type ScheduledRunEnd =
  | { readonly kind: "published"; readonly isFull: boolean; readonly warnings: readonly RunWarning[] }
  | { readonly kind: "failed"; readonly code: string; readonly message: string }
  | { readonly kind: "busy" }
  | { readonly kind: "given_up" };

export type SchedulerEvent =
  | { readonly kind: "elected" | "stepped_down" }
  | { readonly kind: "begun"; readonly view: string; readonly version: number; readonly reason: NextRun["reason"] }
  | { readonly kind: "ended"; readonly view: string; readonly version: number; readonly end: ScheduledRunEnd }
  | { readonly kind: "skipped"; readonly view: string; readonly version: number; readonly at: bigint }
  | { readonly kind: "invalid"; readonly view: string; readonly version: number; readonly error: unknown }
  | { readonly kind: "fault"; readonly error: unknown };

export interface SchedulerOptions {
  readonly snapshot: () => Promise<RegistrySnapshot>;
  readonly store: ScheduleStore;
  /** Rejects only for an internal error. */
  readonly run: (run: ScheduledRun) => Promise<ScheduledRunEnd>;
  readonly holder: RunHolder;
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
  /** Microseconds since 1970 UTC. */
  readonly clock: () => bigint;
  /** Maximum concurrent runs. */
  readonly maxRuns: number;
  readonly onEvent: (event: SchedulerEvent) => void;
}

/** Starts due runs on one of several servers. */
export interface Scheduler {
  /** Acquires or renews leadership and starts due runs without waiting for them. Never rejects. Concurrent calls share one tick. */
  tick(): Promise<void>;
  /** The leader token of this server; null if another server leads or nothing is scheduled. */
  leaderToken(): string | null;
  /** Resolves when all runs it started have ended. */
  idle(): Promise<void>;
  /** Steps down, starts no more runs, and waits at most `waitMs` for the active runs before it aborts them. */
  close(waitMs: number): Promise<void>;
}

/**
 * Creates a scheduler. It derives due runs from the clock and from the state that the servers share, never from its own
 * timers: all times missed since the last tick become one run. A time during a run of its view is recorded as skipped.
 *
 * @example
 * const scheduler = createScheduler({ … });
 * const timer = setInterval(() => void scheduler.tick(), 2000);
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { store, clock, onEvent } = options;
  const running = new Map<string, Promise<void>>();
  const reported = new Set<string>();
  const read = createCronReader();
  const abort = new AbortController();
  let token: string | null = null;
  let ticking: Promise<void> | null = null;
  let closing = false;
  let isFaulted = false;

  const setLeadership = (now: string | null): void => {
    if ((now === null) !== (token === null)) onEvent({ kind: now === null ? "stepped_down" : "elected" });
    token = now;
  };

  const stepDown = async (): Promise<void> => {
    const heldToken = token;
    setLeadership(null);
    if (heldToken !== null) await store.stepDown(heldToken);
  };

  const tickOnce = async (): Promise<void> => {
    const targets = scheduledTargets(await options.snapshot());
    if (targets.length === 0) return stepDown();
    setLeadership(await tryLead(store, options.holder, options.isDead, token));
    if (token === null) return;
    const states = new Map((await store.states()).map((state) => [keyOf(state.view, state.version), state]));
    const due: { readonly target: RegisteredView; readonly next: NextRun; readonly failures: number }[] = [];
    for (const target of targets) {
      const state = states.get(keyOf(target.view.name, target.view.version));
      const next = await dueRun(target, state, token);
      if (next !== null) due.push({ target, next, failures: state?.failures ?? 0 });
    }
    due.sort((left, right) => Number(left.next.at - right.next.at));
    for (const { target, next, failures } of due) {
      if (running.size >= options.maxRuns || token === null || closing) return;
      await begin(target, next, failures, token);
    }
  };

  const dueRun = async (
    target: RegisteredView,
    state: ScheduleState | undefined,
    leader: string,
  ): Promise<NextRun | null> => {
    const { name: view, version } = target.view;
    const isOwnRun = running.has(keyOf(view, version));
    const lease = state?.lastRun?.lease;
    const isActive = isOwnRun || (lease?.isLive === true && !(await options.isDead(lease.holder)));
    if (state?.claim && !isActive) {
      // The leader died, or could not reach the database at the end of the run.
      await store.settle(state.claim.token, outcomeOfDeadClaim(state, clock()));
      return null;
    }
    const now = clock();
    const next = planned(target, state, now);
    if (next === null || next.at > now) return null;
    if (!isActive) return next;
    const { schedule, seenAt, reason } = next;
    if (reason === "schedule" && seenAt !== null) {
      const isNew = await store.skip({ leader, view, version, schedule, seenAt });
      if (isNew) onEvent({ kind: "skipped", view, version, at: seenAt });
    }
    return null;
  };

  /** Reports an invalid schedule once; other views still run. */
  const planned = (target: RegisteredView, state: ScheduleState | undefined, now: bigint): NextRun | null => {
    try {
      return nextRun(target, state, now, read);
    } catch (error) {
      const { name: view, version } = target.view;
      const identity = `${keyOf(view, version)} ${target.documentHash}`;
      if (!reported.has(identity)) onEvent({ kind: "invalid", view, version, error });
      reported.add(identity);
      return null;
    }
  };

  const begin = async (
    { view: { name: view, version } }: RegisteredView,
    { mode, schedule, seenAt, reason }: NextRun,
    failures: number,
    leader: string,
  ): Promise<void> => {
    const claim = await store.claim({ leader, view, version, schedule, seenAt, mode });
    const startedAt = clock();
    if (claim === null) return; // another server leads now or has started it: the next tick reads the state
    onEvent({ kind: "begun", view, version, reason });
    const work = options
      .run({ view, version, mode, signal: abort.signal })
      .catch((error: unknown): ScheduledRunEnd => {
        onEvent({ kind: "fault", error });
        return { kind: "failed", code: "internal", message: "Internal error." };
      })
      .then(async (end) => {
        onEvent({ kind: "ended", view, version, end });
        await store.settle(claim, outcomeOf(end, failures, startedAt, clock()));
      })
      .catch((error: unknown) => onEvent({ kind: "fault", error })) // the next tick settles it
      .finally(() => void running.delete(keyOf(view, version)));
    running.set(keyOf(view, version), work);
  };

  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running.values());
  };

  return {
    tick() {
      if (closing) return Promise.resolve();
      ticking ??= tickOnce()
        .then(
          () => {
            isFaulted = false;
          },
          (error: unknown) => {
            // Reports an unreachable database once, not on every tick.
            if (!isFaulted) onEvent({ kind: "fault", error });
            isFaulted = true;
          },
        )
        .finally(() => {
          ticking = null;
        });
      return ticking;
    },
    leaderToken: () => token,
    idle,
    async close(waitMs) {
      closing = true;
      await ticking;
      await stepDown().catch((error: unknown) => onEvent({ kind: "fault", error })); // the lease expires
      const timeout = setTimeout(() => abort.abort(), waitMs);
      await idle();
      clearTimeout(timeout);
    },
  };
}

function keyOf(view: string, version: number): string {
  return `${view}@${version}`;
}

/** Returns the scheduled versions that are served or about to be. */
export function scheduledTargets(snapshot: RegistrySnapshot): readonly RegisteredView[] {
  return materializationTargets(snapshot, undefined).filter(({ view }) => isScheduled(view));
}

function outcomeOf(end: ScheduledRunEnd, failures: number, startedAt: bigint, now: bigint): ScheduleOutcome {
  switch (end.kind) {
    case "published":
      return { kind: "published", reconciledAt: end.isFull ? startedAt : null };
    case "failed":
      return { kind: "failed", code: end.code, retryAt: now + retryPause(failures + 1) };
    case "busy":
      return { kind: "skipped" };
    case "given_up":
      return { kind: "interrupted", retryAt: now };
    default:
      return end satisfies never;
  }
}
