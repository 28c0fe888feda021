const PARALLEL = 4;

/** Splits items into arrays of at most `size`. */
export async function* chunksOf<Item>(items: Iterable<Item> | AsyncIterable<Item>, size: number) {
  let chunk: Item[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/**
 * Runs a task for each item, at most four at once, and gives the results in the order of the items. A failure, and an end of
 * the iteration, abort the tasks that still run, by the signal that each gets.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  signal: AbortSignal | undefined,
  run: (item: Item, signal: AbortSignal) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const stopping = new AbortController();
  const stop = () => stopping.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = run(item, stopping.signal);
      result.catch(() => undefined); // awaited below, unless an earlier one fails
      running.push(result);
      const first = running.length === PARALLEL ? running.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (const result of running) yield await result;
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}
