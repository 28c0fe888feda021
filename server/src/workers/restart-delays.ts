const SHORTEST_MS = 100;
const MAX_MS = 10_000;

/** How long to wait before a worker is replaced: doubled with each that ended soon after its start, up to ten seconds. */
export interface RestartDelays {
  /** The next delay, of a worker that served for so many milliseconds; 0 for one that never did. */
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
