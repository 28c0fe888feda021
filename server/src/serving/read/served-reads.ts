import { parseBatch } from "../batch-request";
import { createReadableStates } from "../readable-states";
import type { ServedBatch, ServedSingle } from "../served-response";
import type { ServingState } from "../serving-states";
import { readBatch } from "./batch-read";
import { orFromNewest, readCurrent } from "./read-current";
import type { Caller, ReadContext, ServedReadsOptions } from "./reading-options";
import { type CacheReads, createResponseCache } from "./response-cache";
import { readSingle } from "./single-read";

/** Reads features. A result has the served values in the parts of a response. */
export interface ServedReads {
  /** `rawId` and `rawQuery` are percent-encoded, as in the URL. Returns a promise only if a store has to be read. */
  single(rawId: string, rawQuery: string, caller: Caller | null): ServedSingle | Promise<ServedSingle>;
  /** `body` is the request's JSON text; `signal` aborts when the client no longer waits for the response. */
  batch(body: string, caller: Caller | null, signal?: AbortSignal): ServedBatch | Promise<ServedBatch>;
  /** Counts how entities were served since the start. */
  cacheReads(): CacheReads;
}

export function createServedReads(options: ServedReadsOptions): ServedReads {
  const { registry, cacheBytes = 0 } = options;
  const context: ReadContext = { options, cache: createResponseCache(cacheBytes) };
  const readable = createReadableStates();
  const own = (state: ServingState, caller: Caller | null): ServingState =>
    caller === null ? state : readable(state, caller.grants, "features:read");
  // A function of its own, because the retry's closure would cost every read an allocation.
  const retried = (
    state: ServingState,
    served: Promise<ServedSingle>,
    rawId: string,
    rawQuery: string,
    caller: Caller | null,
  ): Promise<ServedSingle> =>
    orFromNewest(registry, state, served, (newest) =>
      readSingle(context, own(newest, caller), rawId, rawQuery, caller),
    );

  return {
    single(rawId, rawQuery, caller) {
      const state = registry.current();
      const served = readSingle(context, own(state, caller), rawId, rawQuery, caller);
      return served instanceof Promise ? retried(state, served, rawId, rawQuery, caller) : served;
    },
    batch(body, caller, signal) {
      const request = parseBatch(body);
      return readCurrent(registry, (state) => readBatch(context, own(state, caller), request, caller, signal));
    },
    cacheReads: () => ({ ...context.cache.counts }),
  };
}
