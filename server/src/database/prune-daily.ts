import { repeat } from "../core/index";
import type { Database } from "./database";
import { ownQuery } from "./own-query";

export interface Pruning {
  /** A function that deletes at most so many rows older than so many days, and returns how many. */
  readonly prune: "prune_usage" | "prune_audit_log";
  readonly keptDays: number;
  readonly onFault: (error: unknown) => void;
}

const DAY_MS = 86_400_000;
/** Small enough for a statement of a few hundred milliseconds, which blocks no one. */
const BATCH = 10_000;
const DEADLINE_MS = 60_000;

/** Deletes what is older than the retention, in batches until nothing is left. */
export async function prune(
  database: Database,
  { prune: name, keptDays }: Omit<Pruning, "onFault">,
  { batch = BATCH, signal }: { readonly batch?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  for (let deleted = 1; deleted > 0 && signal?.aborted !== true; ) {
    const [row] = await ownQuery<{ deleted: string }>(
      database,
      {
        text: `select featstore.${name}($1::text::integer, $2::text::integer)::text as deleted`,
        parameters: [String(keptDays), String(batch)],
      },
      { deadlineMs: DEADLINE_MS },
    );
    deleted = Number(row?.deleted);
  }
}

/** Prunes now and once a day. The returned function stops this and waits for a batch in progress. */
export function pruneDaily(database: Database, { onFault, ...pruning }: Pruning): () => Promise<void> {
  const controller = new AbortController();
  const stop = repeat(() => prune(database, pruning, { signal: controller.signal }), DAY_MS, onFault);
  return () => {
    controller.abort();
    return stop();
  };
}
