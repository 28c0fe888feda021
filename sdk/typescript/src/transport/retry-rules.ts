import { ApiError, ConnectionError, TimeoutError } from "../errors";

/** A failed attempt, as far as it matters for the next one. */
export type Failure =
  | {
      /** `closed`: the connection ended before the first byte of an answer. `final`: another attempt would fail, too. */
      readonly kind: "connection" | "closed" | "timeout" | "final";
    }
  | { readonly kind: "status"; readonly status: number; readonly code: string; readonly hintSeconds: number | null };

/** The inputs of the decision whether to try again. */
export interface Situation {
  readonly failure: Failure;
  /** Counted attempts so far, this one included. */
  readonly attempt: number;
  readonly retries: number;
  /** The call has the same effect if it is sent twice. */
  readonly isRepeatable: boolean;
  /** A 429 with a hint is not counted, until the deadline: the parts of one call exhaust the limit by themselves. */
  readonly waitsForLimit?: boolean | undefined;
  /** The attempt that is not counted was spent. */
  readonly isFreeUsed: boolean;
  /** From 0 to 1. */
  readonly random: number;
  /** Milliseconds until the deadline. */
  readonly leftMs: number;
}

/** The pause before the next attempt, or why there is none. */
export type Decision =
  | { readonly pauseMs: number; readonly isCounted: boolean }
  | { readonly stop: "not_retryable" | "not_repeatable" | "attempts_used" | "pause_too_long" | "deadline" };

const FIRST_PAUSE_MS = 500;
const MAX_BACKOFF_MS = 8_000;
/** A longer pause is left to the caller: a quota may end next month. */
const MAX_PAUSE_MS = 60_000;

/**
 * Decides whether and when a failed attempt is followed by another. The pause is random (full jitter), so that clients that
 * failed together do not come back together.
 */
export function decide(situation: Situation): Decision {
  const { failure, attempt, retries, isRepeatable, isFreeUsed, random, leftMs } = situation;
  if (!isRetryable(failure)) return { stop: "not_retryable" };
  if (!isRepeatable) return { stop: "not_repeatable" };
  // The server may have closed a kept-alive connection just as it was used again.
  if (failure.kind === "closed" && !isFreeUsed)
    return leftMs > 0 ? { pauseMs: 0, isCounted: false } : { stop: "deadline" };
  const hintSeconds = failure.kind === "status" ? failure.hintSeconds : null;
  const isLimit = failure.kind === "status" && failure.status === 429 && hintSeconds !== null;
  const isCounted = !(situation.waitsForLimit && isLimit);
  if (isCounted && attempt > retries) return { stop: "attempts_used" };
  const pauseMs = random * Math.min(MAX_BACKOFF_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)) + 1000 * (hintSeconds ?? 0);
  if (pauseMs > MAX_PAUSE_MS) return { stop: "pause_too_long" };
  return pauseMs < leftMs ? { pauseMs, isCounted } : { stop: "deadline" };
}

function isRetryable(failure: Failure): boolean {
  if (failure.kind !== "status") return failure.kind !== "final";
  const { status, code } = failure;
  return code !== "snapshot_damaged" && (status === 408 || status === 429 || status >= 500);
}

/** Classifies an error of an attempt. `isAnswered`: the headers of an answer had arrived. */
export function failureOf(error: unknown, isAnswered: boolean): Failure {
  if (error instanceof ApiError) {
    const { status, code, retryAfter } = error;
    return { kind: "status", status, code, hintSeconds: retryAfter };
  }
  if (error instanceof TimeoutError) return { kind: "timeout" };
  const reasons = error instanceof ConnectionError ? reasonsOf(error) : undefined;
  if (reasons === undefined || CERTIFICATE.test(reasons)) return { kind: "final" };
  return { kind: CLOSED.test(reasons) && !isAnswered ? "closed" : "connection" };
}

// As Node.js, Deno and Bun name them; browsers repeat a request on a closed connection themselves.
const CERTIFICATE = /CERT|UNABLE_TO_|ERR_SSL|ERR_TLS|certificate/;
const CLOSED = /ECONNRESET|EPIPE|UND_ERR_SOCKET|connection ?(?:closed|reset)/i;

/** The codes and messages of an error's causes, which tell the runtimes' failures apart. */
function reasonsOf({ cause }: Error): string {
  if (!(cause instanceof Error)) return "";
  return `${"code" in cause ? cause.code : ""} ${cause.message}\n${reasonsOf(cause)}`;
}
