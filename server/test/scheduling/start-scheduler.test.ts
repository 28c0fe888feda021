import { expect, test, vi } from "vitest";
import { startScheduler } from "../../src/scheduling/module";
import type { Scheduler } from "../../src/scheduling/scheduler";

test("ticks until it is stopped, and waits at most the allowed time", async () => {
  vi.useFakeTimers();
  try {
    const close = vi.fn(async () => undefined);
    const tick = vi.fn(async () => undefined);
    const scheduler: Scheduler = { tick, leaderToken: () => null, idle: async () => undefined, close };
    const stop = startScheduler(scheduler, 2000, 10_000);
    await vi.advanceTimersByTimeAsync(4500);
    expect(tick).toHaveBeenCalledTimes(2);
    await stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(tick).toHaveBeenCalledTimes(2);
    expect(close.mock.calls).toEqual([[10_000]]);
  } finally {
    vi.useRealTimers();
  }
});
