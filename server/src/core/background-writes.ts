/** Repeated writes in the background, one at a time. */
export interface BackgroundWrites {
  /** Writes what is pending, after the write that is in progress. */
  flush(): Promise<void>;
  /** Stops the background writes and writes what is pending. */
  close(): Promise<void>;
}

/** Calls `write` every `everyMs` milliseconds, never concurrently. `write` must handle its own failures. */
export function writeInBackground(write: () => Promise<void>, everyMs: number): BackgroundWrites {
  let writing: Promise<void> | undefined;
  const start = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  };
  const flush = async (): Promise<void> => {
    // A write in progress may have started before the newest entries were added.
    await writing;
    await start();
  };
  const timer = setInterval(() => void start(), everyMs);
  timer.unref();
  return {
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
