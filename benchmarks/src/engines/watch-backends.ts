import type { Sql } from "../reference-database";
import { processorMsOf } from "./watch-processes";

const EVERY_MS = 50;

/**
 * Runs the work and measures the processor time of PostgreSQL's processes for other connections to the same database meanwhile, in
 * milliseconds; null if they are not on this machine.
 */
export async function besideBackends<Result>(
  sql: Sql,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly backendMs: number | null }> {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  const look = async () => {
    const backends = await sql<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    for (const { pid } of backends) {
      const time = processorMsOf(pid);
      if (time === null) continue;
      last.set(pid, time);
      if (!first.has(pid)) first.set(pid, isBegun ? 0 : time);
    }
  };
  let isBegun = false;
  let isDone = false;
  await look();
  isBegun = true;
  const watching = (async () => {
    while (!isDone) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  try {
    const result = await work();
    await look();
    const used = [...last].reduce((sum, [pid, time]) => sum + time - (first.get(pid) ?? 0), 0);
    return { result, backendMs: last.size === 0 ? null : used };
  } finally {
    isDone = true;
    await watching;
  }
}
