import type { Scheduler } from "./scheduler";

/** Ticks every `everyMs` milliseconds until the returned function is called, which waits for runs as `close` does. */
export function startScheduler(scheduler: Scheduler, everyMs: number, drainMs: number): () => Promise<void> {
  const timer = setInterval(() => void scheduler.tick(), everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return scheduler.close(drainMs);
  };
}
