const SHORTEST_MS = 100;
const MAX_MS = 10_000;

/** Delays before a worker is replaced: doubled each time a worker ends soon after its start, up to ten seconds. */
export interface RestartDelays {
  /** Returns the next delay, for a worker that served for `servedMs` milliseconds; 0 for one that never served. */
  next(servedMs: number): number;
}

export function createRestartDelays(): RestartDelays {
  let failures = 0;
  return {
    next(servedMs) {
      failures = servedMs > MAX_MS ? 0 : failures + 1;
      return failures === 0 ? 0 : Math.min(MAX_MS, SHORTEST_MS * 2 ** (failures - 1));
    },
  };
}
