import type { ServedReads } from "./read/served-reads";
import type { ServedBatch, ServedResponse, ServedSingle } from "./served-response";

/** Observes some responses. Returns the number of entities to serve before the next call. Never throws. */
export type OnResponse = (response: ServedResponse) => number;

/**
 * Wraps reads so that `onResponse` receives a sample of them, beginning with the first. As-of reads are not sampled, and
 * neither are batches with unreadable ids, whose rows the audit could not find.
 */
export function sampledReads(reads: ServedReads, onResponse: OnResponse): ServedReads {
  let untilNext = 1;
  const sampleSingle = (served: ServedSingle): ServedSingle => {
    if (served.selection.asOf === null && --untilNext <= 0) untilNext = onResponse(served);
    return served;
  };
  const sampleBatch = (served: ServedBatch): ServedBatch => {
    const { selection, errors, rows } = served;
    if (selection.asOf !== null || (errors !== null && errors.length > 0)) return served;
    untilNext -= rows.length;
    if (untilNext <= 0) untilNext = onResponse(served);
    return served;
  };
  return {
    single(rawId, rawQuery, caller) {
      const served = reads.single(rawId, rawQuery, caller);
      return served instanceof Promise ? served.then(sampleSingle) : sampleSingle(served);
    },
    batch(body, caller, signal) {
      const served = reads.batch(body, caller, signal);
      return served instanceof Promise ? served.then(sampleBatch) : sampleBatch(served);
    },
    cacheReads: reads.cacheReads,
  };
}
