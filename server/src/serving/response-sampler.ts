import type { ServedResponse } from "./served-response";

/** Observes some responses. Returns the number of entities to serve before the next call. Never throws. */
export type OnResponse = (response: ServedResponse) => number;

/**
 * Creates a function that passes a sample of the responses to `onResponse`, beginning with the first. As-of reads are not
 * sampled, and neither are batches with unreadable ids, whose rows the audit could not find.
 */
export function createResponseSampler(onResponse: OnResponse): (served: ServedResponse) => void {
  let untilNext = 1;
  return (served) => {
    if (served.selection.asOf !== null) return;
    if (served.form === "batch" && served.errors !== null && served.errors.length > 0) return;
    untilNext -= served.form === "single" ? 1 : served.rows.length;
    if (untilNext <= 0) untilNext = onResponse(served);
  };
}
