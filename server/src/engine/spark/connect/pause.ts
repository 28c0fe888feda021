import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "../../../database/index";

const FIRST_MS = 50;
const MAX_MS = 4000;

/** Waits longer after each repetition, by a random part so that many clients do not return at once. Rejects if the call is aborted. */
export async function pause(repetition: number, call?: Call): Promise<void> {
  const longest = Math.min(FIRST_MS * 2 ** repetition, MAX_MS);
  const waited = sleep(longest * (0.5 + Math.random() / 2));
  await (call === undefined ? waited : call.race(waited));
}
