import type { OfflineStore, Run } from "../stores/offline-store";

/** A beating heart: `lost` fires when somebody else has the lease. */
export interface Heartbeat {
  readonly lost: AbortSignal;
  /** Ends it and waits for a beat under way. */
  stop(): Promise<void>;
}

const DEFAULT_HEARTBEAT_MS = 5_000;

/** Renews a lease every `everyMs` milliseconds; default 5,000. */
export function startHeartbeat(
  offline: Pick<OfflineStore, "heartbeat">,
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
        () => {}, // the database is away just now: whether the lease is ours is asked again
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
