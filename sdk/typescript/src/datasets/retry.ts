import { AbortedError, ApiError, ConnectionError, TimeoutError } from "../errors";

const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 10_000;
/** A longer `Retry-After` is left to the caller: a quota may end next month. */
const MAX_RETRY_AFTER_MS = 120_000;

/** Decides after a failure whether and when to try again; shared by all requests of a download. */
export interface Retries {
  /** Waits before a request while the server demands a pause. */
  ready(): Promise<void>;
  /** Waits before the next try, or throws the error; `failures` counts those in a row, from 1. */
  pauseAfter(error: unknown, failures: number): Promise<void>;
}

export function createRetries(maxFailures: number, signal: AbortSignal | undefined): Retries {
  let notBefore = 0;
  return {
    ready: () => pause(notBefore - Date.now(), signal),
    async pauseAfter(error, failures) {
      throwIfAborted(signal);
      const retryAfterMs = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      if (!isTransient(error) || failures > maxFailures || retryAfterMs > MAX_RETRY_AFTER_MS) throw error;
      notBefore = Math.max(notBefore, Date.now() + retryAfterMs);
      // Random, so that the ranges that failed together do not come back together.
      const backoff = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
      await pause(Math.max(retryAfterMs, backoff), signal);
    },
  };
}

/** Calls `step` until it succeeds, with pauses. */
export async function withRetries<Result>(retries: Retries, step: () => Promise<Result>): Promise<Result> {
  for (let failures = 1; ; failures += 1) {
    try {
      await retries.ready();
      return await step();
    } catch (error) {
      await retries.pauseAfter(error, failures);
    }
  }
}

function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  if (!(error instanceof ApiError) || error.code === "snapshot_damaged") return false;
  return error.status === 408 || error.status === 429 || error.status >= 500;
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError("The download was aborted", { cause: signal.reason });
}

/** Waits; an abort ends the wait with `AbortedError`. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  if (ms <= 0) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
  throwIfAborted(signal);
}
