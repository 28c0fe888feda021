import type { Call } from "./call";
import { DatabaseError } from "./database-error";

/** Admits at most `permits` calls at once; the others wait in a bounded FIFO queue. */
export interface Semaphore {
  /**
   * Waits for a permit and returns the function that releases it. Rejects with `overloaded` if the queue is full, with
   * `closed` after `close`, and with the call's own reason if it is aborted while waiting. An `urgent` call goes to the head
   * of the queue even if it is full: for the next step of work that has begun.
   */
  acquire(call: Call, urgent?: boolean): Promise<() => void>;
  /** Refuses new calls and resolves when all permits are released. */
  close(): Promise<void>;
}

interface Waiting {
  readonly admit: () => void;
}

/** Creates a semaphore with `permits` permits and at most `queueLimit` waiting calls. */
export function createSemaphore({
  permits,
  queueLimit,
}: {
  readonly permits: number;
  readonly queueLimit: number;
}): Semaphore {
  const queue: Waiting[] = [];
  const idleWaiters: (() => void)[] = [];
  let inUse = 0;
  let closed = false;

  const release = () => {
    const next = queue.shift();
    if (next !== undefined) {
      next.admit();
      return;
    }
    inUse -= 1;
    if (inUse === 0) for (const resolve of idleWaiters.splice(0)) resolve();
  };
  const releaseOnce = () => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      release();
    };
  };

  return {
    acquire(call, urgent = false) {
      if (closed && !urgent) return Promise.reject(new DatabaseError("closed", "The database is closed."));
      if (call.abortReason !== undefined) return Promise.reject(call.abortReason);
      if (inUse < permits) {
        inUse += 1;
        return Promise.resolve(releaseOnce());
      }
      if (queue.length >= queueLimit && !urgent) {
        return Promise.reject(
          new DatabaseError("overloaded", `${queue.length} calls are already waiting for the database.`),
        );
      }
      return new Promise((resolve, reject) => {
        const waiting: Waiting = {
          admit: () => {
            forget();
            resolve(releaseOnce());
          },
        };
        const forget = call.onAbort((reason) => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(reason);
        });
        if (urgent) queue.unshift(waiting);
        else queue.push(waiting);
      });
    },
    close() {
      closed = true;
      return inUse === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve));
    },
  };
}
