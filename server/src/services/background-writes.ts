/** What is written again and again beside everything else, one write at a time. */
export interface BackgroundWrites {
  /** Writes what waits, or resolves with the write that is under way. */
  flush(): Promise<void>;
  /** Ends the background writing and writes what waits. */
  close(): Promise<void>;
}

/** Calls `write` every so many milliseconds, and never twice at once. It has to deal with its own failures. */
export function writeInBackground(write: () => Promise<void>, everyMs: number): BackgroundWrites {
  let writing: Promise<void> | undefined;
  const flush = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  };
  const timer = setInterval(() => void flush(), everyMs);
  timer.unref();
  return {
    flush,
    async close() {
      clearInterval(timer);
      // One that is under way may have begun before the newest came.
      await flush();
      await flush();
    },
  };
}
