import type { RunHolder } from "../database/index";
import type { ViewFills } from "../engine/index";
import type { RunLog } from "./run-log";
import type { SweepReport } from "./run-types";

export interface JanitorDependencies {
  readonly offline: RunLog;
  readonly engine: Pick<ViewFills, "sweepStaging">;
  /** Returns whether a lease's holder is surely dead: `isSurelyDead`. */
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
}

/**
 * Removes the leftovers of dead runs and replaced generations, once. Keeps the two newest published generations of each
 * view version. Safe at any time and in many processes at once.
 */
export async function sweep({ offline, engine, isDead }: JanitorDependencies): Promise<SweepReport> {
  const deadTokens: string[] = [];
  for (const { holder, token } of await offline.leases()) {
    if (await isDead(holder)) deadTokens.push(token);
  }
  const report = await offline.sweep(deadTokens);
  const removedFolders = await engine.sweepStaging(async () => (await offline.leases()).map(({ token }) => token));
  return removedFolders.length === 0 ? report : { ...report, removedFolders };
}

/**
 * Sweeps every `everyMs` milliseconds until the returned function is called. That function waits for a sweep in
 * progress.
 */
export function startJanitor(
  dependencies: JanitorDependencies,
  options: {
    /** Default 60,000. */
    readonly everyMs?: number;
    readonly onSwept?: (report: SweepReport) => void;
    readonly onError?: (error: unknown) => void;
  } = {},
): () => Promise<void> {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= sweep(dependencies)
      .then(options.onSwept, options.onError)
      .finally(() => {
        running = null;
      });
  }, options.everyMs ?? 60_000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
