import type { TrainingSets } from "../training-sets";

const EVERY_MS = 60_000;

/** Sweeps now and then every minute. The returned function stops this and waits for a running sweep. */
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
