import { repeat } from "./repeat";

/** A lease that this process renews. */
export interface HeldLease {
  /** Aborts when another process has the lease. */
  readonly lost: AbortSignal;
  /** Stops renewing and waits for a renewal in progress. */
  release(): Promise<void>;
}

/**
 * Renews a lease with `renew` every `everyMs` milliseconds, never concurrently; default 5,000. `renew` returns false if the
 * lease is no longer ours, which aborts `lost` with `reason()`. A renewal that fails, as while the database is unavailable,
 * is tried again: an expired lease that no one has taken is still ours, and the last write of the work checks it.
 */
export function holdLease(
  renew: () => Promise<boolean>,
  { everyMs = 5_000, reason }: { readonly everyMs?: number | undefined; readonly reason?: () => unknown } = {},
): HeldLease {
  const lost = new AbortController();
  const attempt = async (): Promise<void> => {
    if (!lost.signal.aborted && !(await renew())) lost.abort(reason?.());
  };
  const release = repeat(attempt, everyMs, () => undefined, { isImmediate: false });
  return { lost: lost.signal, release };
}
