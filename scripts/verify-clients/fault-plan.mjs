// The faults of each call, which depend only on the seed and the call's number.
import { randomNumbers } from "./random.mjs";

/** Faults that count as a failed attempt. A hint is in seconds. */
const FAULTS = [
  { kind: "status", status: 500, code: "internal" },
  { kind: "status", status: 503, code: "store_unavailable" },
  { kind: "status", status: 503, code: "overloaded", headers: { "retry-after": "0" } },
  { kind: "status", status: 503, code: "overloaded", headers: { "retry-after": "1" }, hint: 1 },
  { kind: "status", status: 429, code: "rate_limited", headers: { "retry-after": "1" }, hint: 1 },
  { kind: "status", status: 429, code: "rate_limited", headers: { ratelimit: '"key";r=0;t=1' }, hint: 1 },
  { kind: "page", status: 502 },
  { kind: "reset" },
  { kind: "cut" },
];

const FAULTY_CALLS = 0.2;
const TWICE = 0.3;
const STALE = 0.1;

/**
 * Returns the faults of a call's attempts, in order; the attempt after them is answered. At most two count against the
 * client's retries, so that a call with the default options succeeds. `isStale`: the connection of the first attempt is
 * closed without an answer if it was used before, as a server does that closes idle connections.
 */
export function planOf(seed, call) {
  const random = randomNumbers(seed, call);
  const isStale = random() < STALE;
  const pick = () => FAULTS[Math.floor(random() * FAULTS.length)];
  const faults = random() < FAULTY_CALLS ? [pick()] : [];
  if (faults.length === 1 && random() < TWICE) faults.push(pick());
  return { isStale, faults };
}
