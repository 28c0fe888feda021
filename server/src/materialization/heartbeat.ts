import type { Run } from "../engine/index";
import type { RunLog } from "./run-log";

/** A running heartbeat. `lost` aborts when another holder has the lease. */
export interface Heartbeat {
  readonly lost: AbortSignal;
  /** Stops it and waits for a renewal in progress. */
  stop(): Promise<void>;
}

const DEFAULT_HEARTBEAT_MS = 5_000;

/** Renews a lease every `everyMs` milliseconds. Default: 5,000. */
export function startHeartbeat(
  offline: Pick<RunLog, "heartbeat">,
  run: Pick<Run, "token">,
  everyMs = DEFAULT_HEARTBEAT_MS,
): Heartbeat {
  const lost = new AbortController();
  let beat: Promise<void> | null = null;
  const timer = setInterval(() => {
    beat ??= offline
      .heartbeat(run)
      .then(
        (ours) => {
          if (!ours) lost.abort();
        },
        () => {}, // the database is unavailable: the next beat asks again whether the lease is still ours
      )
      .finally(() => {
        beat = null;
      });
  }, everyMs);
  return {
    lost: lost.signal,
    async stop() {
      clearInterval(timer);
      await beat;
    },
  };
}
