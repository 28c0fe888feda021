/**
 * Reads the database's clock once and then advances it with this process's own clock. The result, in microseconds since
 * 1970 UTC, is never behind the database and ahead of it by less than the query took.
 */
export async function followClock(readClock: () => Promise<bigint>): Promise<() => bigint> {
  const before = performance.now();
  const reading = await readClock();
  return () => reading + BigInt(Math.ceil((performance.now() - before) * 1000));
}
