import type { TrainingSets } from "./training-sets";

const EVERY_MS = 60_000;

/** Sweeps at once and every minute until the returned function is called, which waits for a sweep under way. */
export function startTrainingSweeper(
  sets: Pick<TrainingSets, "sweep">,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<void> | null = null;
  const sweep = (): void => {
    running ??= sets
      .sweep()
      .catch(onError)
      .finally(() => {
        running = null;
      });
  };
  sweep();
  const timer = setInterval(sweep, EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
