import type { Versions } from "./registry";

/** Returns the promoted version if its name is rolled back and `version`, which is newer, waits for `promote`; else null. */
export function rolledBackTo(version: number, known: Versions<unknown> | undefined): number | null {
  return known?.rolledBackFrom !== undefined && version > known.promoted ? known.promoted : null;
}
