/** The moment the committed times are relative to; loading shifts them, so its date says nothing. */
export const REFERENCE = Date.UTC(2025, 0, 1);

const DAY = 86_400_000;

/** A whole number below `below` that depends on the id and the salt alone: spreads times without any randomness. */
function spread(id: number, salt: number, below: number): number {
  let mixed = Math.imul(id * 2_654_435_761, 1) ^ Math.imul(salt + 1, 0x27d4eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
}

/** `2024-06-01T12:00:00.123456`, UTC, with microseconds. */
function instant(milliseconds: number, microseconds: number): string {
  const iso = new Date(milliseconds).toISOString();
  return `${iso.slice(0, -1)}${String(microseconds).padStart(3, "0")}`;
}

/** When an address entered the collection: 215 to 205 days before the reference. */
export function speechTime(id: number): string {
  return instant(REFERENCE - 215 * DAY + spread(id, 0, 10 * DAY), spread(id, 100, 1000));
}

/**
 * When a run of an analyzer analysed an address: somewhere in the run's window, given in days before the reference.
 * These times are assigned, not measured: they give the sample a history.
 */
export function analysisTime(id: number, run: { from: number; to: number; salt: number }): string {
  const from = REFERENCE - run.from * DAY;
  return instant(from + spread(id, run.salt, (run.from - run.to) * DAY), spread(id, run.salt + 100, 1000));
}
