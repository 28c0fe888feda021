import { startCall } from "./call";
import type { CallOptions, Database } from "./database";
import { createSemaphore } from "./semaphore";

/**
 * Limits work on a database to `permits` concurrent connections; further calls wait. Closing the share leaves the database
 * open.
 *
 * @example const share = shareDatabase(database, 2);
 */
export function shareDatabase(database: Database, permits: number): Database {
  const semaphore = createSemaphore({ permits, queueLimit: Number.POSITIVE_INFINITY });
  const acquire = async (options: CallOptions | undefined): Promise<() => void> => {
    const call = startCall(options);
    try {
      return await semaphore.acquire(call);
    } finally {
      call.end();
    }
  };
  const inTurn = async <T>(options: CallOptions | undefined, work: () => Promise<T>): Promise<T> => {
    const release = await acquire(options);
    try {
      return await work();
    } finally {
      release();
    }
  };
  return {
    kind: database.kind,
    query: (statement, options) => inTurn(options, () => database.query(statement, options)),
    async *stream(statement, options) {
      const release = await acquire(options);
      try {
        yield* database.stream(statement, options);
      } finally {
        release();
      }
    },
    script: (text, options) => inTurn(options, () => database.script(text, options)),
    copyFrom: (target, chunks, options) => inTurn(options, () => database.copyFrom(target, chunks, options)),
    async *copyTo(text, options) {
      const release = await acquire(options);
      try {
        yield* database.copyTo(text, options);
      } finally {
        release();
      }
    },
    listen: (channel, onPayload, onLost) => database.listen(channel, onPayload, onLost),
    close: async () => undefined,
  };
}
