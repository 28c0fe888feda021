/** A summary of repeated measurements. */
export interface Measurement {
  readonly median: number;
  /** Smallest and largest: on a shared machine they tell more than a deviation. */
  readonly smallest: number;
  readonly largest: number;
  readonly rounds: readonly number[];
}

export function measurement(rounds: readonly number[]): Measurement {
  const sorted = [...rounds].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error("nothing was measured");
  const lower = sorted.length % 2 === 1 ? upper : (sorted[middle - 1] ?? upper);
  return { median: (lower + upper) / 2, smallest: sorted[0] ?? upper, largest: sorted.at(-1) ?? upper, rounds };
}

/** Computes each round's ratio of ours to the floor's. Rounds are interleaved, so that both ran under the same conditions. */
export function ratioOf(ours: Measurement, floor: Measurement): Measurement {
  return measurement(ours.rounds.map((value, round) => value / (floor.rounds[round] ?? floor.median)));
}

/** Measures the milliseconds of `work` and returns them with its result. */
export async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; milliseconds: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - begun };
}
