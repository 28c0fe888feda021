import { limitsOf } from "./rate-limit";

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Returns the seconds that an answer demands as a pause: `Retry-After`, else, of a 429, the longest time of its exhausted
 * limits; null if it demands none. `now`: the client's clock in milliseconds.
 */
export function hintSeconds(status: number, headers: Pick<Headers, "get">, now: number): number | null {
  const retryAfter = headers.get("retry-after")?.trim() ?? "";
  if (/^[0-9]+$/.test(retryAfter)) return Number(retryAfter);
  const until = timeOf(retryAfter);
  // The server's own clock, if it sends it: the client's may be wrong.
  if (until !== null) return Math.max(0, Math.ceil((until - (timeOf(headers.get("date")) ?? now)) / 1000));
  const waits = limitsOf(status === 429 ? headers.get("ratelimit") : null).flatMap(({ remaining, resetSeconds }) =>
    remaining === 0 && resetSeconds !== null ? [resetSeconds] : [],
  );
  return waits.length === 0 ? null : Math.max(...waits);
}

function timeOf(text: string | null): number | null {
  const time = text !== null && HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
