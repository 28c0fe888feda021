import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "./database";
import { DatabaseError } from "./database-error";
import { mayPass } from "./postgres-errors";

const PAUSE_MS = 500;

export interface WaitOptions {
  readonly waitMs: number;
  /** Ends the wait early, with the error of the last attempt. */
  readonly signal?: AbortSignal | undefined;
  /** Called once, after the first failed attempt. */
  readonly onWait: (error: DatabaseError) => void;
}

/**
 * Waits until PostgreSQL accepts connections, at most `waitMs` milliseconds (0: a single attempt). It does not wait after
 * a refusal that time does not change, such as a wrong password. Throws the `DatabaseError` of the last attempt.
 *
 * @example await waitForPostgres(database, { waitMs: 60_000, onWait: () => logger.warn({}, "waiting for PostgreSQL") });
 */
export async function waitForPostgres(
  database: Pick<Database, "query">,
  { waitMs, signal, onWait }: WaitOptions,
): Promise<void> {
  const end = performance.now() + waitMs;
  for (let attempt = 1; ; attempt++) {
    try {
      await database.query({ text: "select 1" });
      return;
    } catch (error) {
      const isWorthWaiting = error instanceof DatabaseError && mayPass(error) && performance.now() < end;
      if (!isWorthWaiting || signal?.aborted === true) throw error;
      if (attempt === 1) onWait(error);
    }
    await pause(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}
