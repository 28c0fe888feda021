import { type BucketRead, readBuckets } from "./read-buckets";
import type { RedisClient } from "./redis-client";

/** Reads buckets as `readBuckets` does. */
export type ReadTurns = (reads: readonly BucketRead[]) => Promise<readonly string[]>;

interface Waiting {
  readonly reads: readonly BucketRead[];
  resolve(texts: readonly string[]): void;
  reject(error: unknown): void;
}

/** Of one command: arguments are a function call's. */
const MOST_WORDS = 20_000;

/**
 * What is asked in one turn of the event loop is one command: under load requests come several at a time, and each
 * command costs more than what it reads.
 */
export function createReadTurns(client: RedisClient): ReadTurns {
  let waiting: Waiting[] = [];
  const send = (): void => {
    const turn = waiting;
    waiting = [];
    const [only] = turn;
    if (only !== undefined && turn.length === 1) {
      readBuckets(client, only.reads).then(only.resolve, only.reject);
      return;
    }
    readBuckets(
      client,
      turn.flatMap(({ reads }) => reads),
    ).then(
      (texts) => {
        let at = 0;
        for (const { reads, resolve } of turn) {
          const count = reads.reduce((sum, { keys, fields }) => sum + keys.length * (fields.length + 1), 0);
          resolve(texts.slice(at, at + count));
          at += count;
        }
      },
      (error: unknown) => {
        for (const { reject } of turn) reject(error);
      },
    );
  };
  let words = 0;
  return (reads) =>
    new Promise((resolve, reject) => {
      const own = reads.reduce((sum, { keys, fields }) => sum + keys.length + fields.length + 3, 0);
      if (words + own > MOST_WORDS) send();
      if (waiting.length === 0) {
        words = 0;
        setImmediate(send);
      }
      words += own;
      waiting.push({ reads, resolve, reject });
    });
}
