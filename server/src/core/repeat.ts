/**
 * Runs `work` now, unless `isImmediate` is false, and then every `everyMs` milliseconds, never concurrently. The returned function stops this and waits
 * for work in progress.
 */
export function repeat(
  work: () => Promise<void>,
  everyMs: number,
  onError: (error: unknown) => void,
  { isImmediate = true }: { readonly isImmediate?: boolean } = {},
): () => Promise<void> {
  let running: Promise<void> | null = null;
  const run = (): void => {
    running ??= work()
      .catch(onError)
      .finally(() => {
        running = null;
      });
  };
  if (isImmediate) run();
  const timer = setInterval(run, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
