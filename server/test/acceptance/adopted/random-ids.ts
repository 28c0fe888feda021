/** Returns distinct ids from 1 to `max` in a reproducible random order. */
export function randomIds(count: number, max: number): number[] {
  const ids = new Set<number>();
  let state = 20_251_212;
  while (ids.size < Math.min(count, max)) {
    // The minimal standard generator of Park and Miller.
    state = (state * 48_271) % 2_147_483_647;
    ids.add(1 + (state % max));
  }
  return [...ids];
}
