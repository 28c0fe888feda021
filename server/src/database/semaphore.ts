import type { Call } from "./call";
import { DatabaseError } from "./database-error";

/** Lets at most `permits` calls in at once; the others wait in a queue of bounded length, first come, first served. */
export interface Semaphore {
  /**
   * Waits for a permit and gives the function that releases it. Rejects with `overloaded` when the queue is full, with
   * `closed` after `close`, and with the call's own reason when it is given up while waiting. `urgent` goes to the head of the
   * queue whatever its length: for the next step of something already begun.
   */
  acquire(call: Call, urgent?: boolean): Promise<() => void>;
  /** Refuses new calls and resolves when the last one has left. */
  close(): Promise<void>;
}

interface Waiting {
  readonly admit: () => void;
}

/** A semaphore of `permits`, with at most `queueLimit` calls waiting before it. */
export function createSemaphore({
  permits,
  queueLimit,
}: {
  readonly permits: number;
  readonly queueLimit: number;
}): Semaphore {
  const queue: Waiting[] = [];
  const emptied: (() => void)[] = [];
  let inUse = 0;
  let closed = false;

  const release = () => {
    const next = queue.shift();
    if (next !== undefined) {
      next.admit();
      return;
    }
    inUse -= 1;
    if (inUse === 0) for (const resolve of emptied.splice(0)) resolve();
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
          new DatabaseError("overloaded", `${queue.length} calls are waiting for the database already.`),
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
      return inUse === 0 ? Promise.resolve() : new Promise((resolve) => emptied.push(resolve));
    },
  };
}
