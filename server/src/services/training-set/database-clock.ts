/**
 * The database's clock, asked once and then followed by this process's own: never behind it, and ahead of it by less
 * than the asking took. Microseconds since 1970 UTC.
 */
export async function followClock(ask: () => Promise<bigint>): Promise<() => bigint> {
  const before = performance.now();
  const reading = await ask();
  return () => reading + BigInt(Math.ceil((performance.now() - before) * 1000));
}
