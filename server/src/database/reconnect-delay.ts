const FIRST_MS = 50;

/**
 * Returns the pause before the next attempt to connect, milliseconds. The first one after a loss or failure is immediate; then
 * the pauses double up to `maxMs`. A random half keeps several servers apart.
 */
export function reconnectDelay(failures: number, maxMs: number): number {
  if (failures <= 1) return 0;
  const longest = Math.min(maxMs, FIRST_MS * 2 ** Math.min(failures - 2, 20));
  return longest * (0.5 + Math.random() / 2);
}
