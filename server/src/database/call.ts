import type { CallOptions } from "./database";
import { DatabaseError } from "./database-error";

/** One call's patience: its deadline and its abort signal, from the moment it was made. */
export interface Call {
  /** Why the call was given up; undefined while it was not. */
  readonly abortReason: DatabaseError | undefined;
  /** Runs the listener once, when the call is given up. Gives the function that forgets it. */
  onAbort(listener: (reason: DatabaseError) => void): () => void;
  /** The work's outcome, or a rejection as soon as the call is given up; the work itself goes on. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Lets go of timer and signal. */
  end(): void;
}

const maxTimerMs = 2 ** 31 - 1;

/** Starts the clock of a call: `const call = startCall({ deadlineMs: 100 })`. */
export function startCall(options: CallOptions = {}): Call {
  const { deadlineMs, signal } = options;
  const listeners = new Set<(reason: DatabaseError) => void>();
  let abortReason: DatabaseError | undefined;
  let timer: NodeJS.Timeout | undefined;

  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
  const giveUp = (reason: DatabaseError) => {
    if (abortReason !== undefined) return;
    abortReason = reason;
    end();
    for (const listener of [...listeners]) listener(reason);
    listeners.clear();
  };
  const abort = () => giveUp(new DatabaseError("aborted", "The call was aborted."));
  const expire = () => giveUp(new DatabaseError("deadline_exceeded", `The call took longer than ${deadlineMs} ms.`));

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
