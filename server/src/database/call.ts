import type { CallOptions } from "./database";
import { DatabaseError } from "./database-error";

/** The deadline and abort signal of one call, counted from its start. */
export interface Call {
  /** The reason for the abort; undefined while the call is active. */
  readonly abortReason: DatabaseError | undefined;
  /** Runs the listener once, when the call is aborted. Returns the function that removes it. */
  onAbort(listener: (reason: DatabaseError) => void): () => void;
  /** Settles with the work's outcome, or rejects as soon as the call is aborted; the work itself continues. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Releases the timer and the signal. */
  end(): void;
}

const maxTimerMs = 2 ** 31 - 1;

/** Starts a call: `const call = startCall({ deadlineMs: 100 })`. */
export function startCall(options: CallOptions = {}): Call {
  const { deadlineMs, signal } = options;
  const listeners = new Set<(reason: DatabaseError) => void>();
  let abortReason: DatabaseError | undefined;
  let timer: NodeJS.Timeout | undefined;

  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
  const abortWith = (reason: DatabaseError) => {
    if (abortReason !== undefined) return;
    abortReason = reason;
    end();
    for (const listener of [...listeners]) listener(reason);
    listeners.clear();
  };
  const abort = () => abortWith(new DatabaseError("aborted", "The call was aborted."));
  const expire = () => abortWith(new DatabaseError("deadline_exceeded", `The call took longer than ${deadlineMs} ms.`));

  if (signal?.aborted) abort();
  else if (deadlineMs !== undefined && !(deadlineMs > 0)) expire();
  else {
    signal?.addEventListener("abort", abort, { once: true });
    if (deadlineMs !== undefined && deadlineMs <= maxTimerMs) timer = setTimeout(expire, deadlineMs);
  }

  const onAbort = (listener: (reason: DatabaseError) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return {
    get abortReason() {
      return abortReason;
    },
    onAbort,
    race(work) {
      if (deadlineMs === undefined && signal === undefined) return work;
      if (abortReason !== undefined) {
        work.catch(() => {});
        return Promise.reject(abortReason);
      }
      return new Promise((resolve, reject) => {
        const forget = onAbort(reject);
        work.then(resolve, reject).finally(forget);
      });
    },
    end,
  };
}
