/** Maps items with bounded concurrency, in order. Throws the first failure, after all started steps have ended. */
export async function mapConcurrently<Item, Result>(
  atOnce: number,
  items: readonly Item[],
  step: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await step(item, index);
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, work));
  for (const worker of workers) if (worker.status === "rejected") throw worker.reason;
  return results;
}
