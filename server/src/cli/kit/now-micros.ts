/** Returns the current time in microseconds since 1970 UTC. */
export function nowMicros(): bigint {
  return BigInt(Date.now()) * 1000n;
}
