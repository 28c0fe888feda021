/** `2026-01-01T00:00:00.123456Z` for microseconds since 1970 UTC. */
export function instantText(micros: bigint): string {
  const wholeMillis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const rest = micros - wholeMillis * 1000n;
  return `${new Date(Number(wholeMillis)).toISOString().slice(0, -1)}${rest.toString().padStart(3, "0")}Z`;
}
