import type { ScheduleOutcome, ScheduleState } from "../../stores/schedule-store";
import { retryPause } from "./retry-pause";

/** How the run of a claim ended whose holder noted nothing, as the run itself tells. */
export function outcomeOfDeadClaim({ claim, lastRun, failures }: ScheduleState, now: bigint): ScheduleOutcome {
  const interrupted: ScheduleOutcome = { kind: "interrupted", retryAt: now };
  // It died before its run began: nothing was tried.
  if (claim === null || lastRun === null || lastRun.startedAt < claim.at) return interrupted;
  if (lastRun.state === "published")
    return { kind: "published", reconciledAt: claim.mode === "reconcile" ? claim.at : null };
  // A backfill is nobody's scheduled run.
  if (lastRun.failureCode === "aborted" || lastRun.state === "interrupted") return interrupted;
  const code = lastRun.failureCode ?? "holder_died";
  return { kind: "failed", code, retryAt: now + retryPause(failures + 1) };
}
