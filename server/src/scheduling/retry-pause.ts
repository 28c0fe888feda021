const MINUTE = 60_000_000n;
const MAX_PAUSE = 60n * MINUTE;

/** Returns the pause after consecutive failed runs, in microseconds: 1, 2, 4, 8, 16, 32 and then 60 minutes. */
export function retryPause(failures: number): bigint {
  const pause = MINUTE << BigInt(Math.min(Math.max(failures, 1) - 1, 6));
  return pause > MAX_PAUSE ? MAX_PAUSE : pause;
}
