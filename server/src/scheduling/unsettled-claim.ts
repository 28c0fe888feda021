import { retryPause } from "./retry-pause";
import type { ScheduleOutcome, ScheduleState } from "./schedule-store";

/** Derives the outcome of a claim whose holder recorded none from the run itself. */
export function outcomeOfDeadClaim({ claim, lastRun, failures }: ScheduleState, now: bigint): ScheduleOutcome {
  const interrupted: ScheduleOutcome = { kind: "interrupted", retryAt: now };
  // The holder died before its run began.
  if (claim === null || lastRun === null || lastRun.startedAt < claim.at) return interrupted;
  if (lastRun.state === "published")
    return { kind: "published", reconciledAt: claim.mode === "reconcile" ? claim.at : null };
  // A backfill is not a scheduled run.
  if (lastRun.failureCode === "aborted" || lastRun.state === "interrupted") return interrupted;
  const code = lastRun.failureCode ?? "holder_died";
  return { kind: "failed", code, retryAt: now + retryPause(failures + 1) };
}
