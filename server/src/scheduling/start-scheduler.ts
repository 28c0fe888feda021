import type { Scheduler } from "./scheduler";

/** Ticks every `everyMs` milliseconds. The returned function stops this and waits for runs as `close` does. */
export function startScheduler(scheduler: Scheduler, everyMs: number, drainMs: number): () => Promise<void> {
  const timer = setInterval(() => void scheduler.tick(), everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return scheduler.close(drainMs);
  };
}
