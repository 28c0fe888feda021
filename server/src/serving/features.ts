import { mapMaybe } from "../core/index";
import { parseBatch } from "./batch-request";
import { readBatch } from "./read/batch-read";
import { orFromNewest, readCurrent } from "./read/read-current";
import type { Caller, ReadContext, ServedReadsOptions } from "./read/reading-options";
import { type CacheReads, createResponseCache } from "./read/response-cache";
import { readSingle } from "./read/single-read";
import { createReadableStates } from "./readable-states";
import type { Answer } from "./render/answer";
import { renderBatch } from "./render/render-batch";
import { createResponseSampler, type OnResponse } from "./response-sampler";
import { answerOf } from "./selection/selection";
import type { ServedBatch, ServedSingle } from "./served-response";
import type { ServingState } from "./serving-states";

/** Reads features online. Rejected requests throw `FeatstoreError`s. */
export interface FeatureReader {
  /** `rawId` and `rawQuery` are percent-encoded, as in the URL. Returns a promise only if a store has to be read. */
  single(rawId: string, rawQuery: string, caller: Caller | null): Answer | Promise<Answer>;
  /** `body` is the request's JSON text; `signal` aborts when the client no longer waits for the response. */
  batch(body: string, caller: Caller | null, signal?: AbortSignal): Answer | Promise<Answer>;
  /** Like `batch`, as an Arrow IPC stream. */
  batchArrow(body: string, caller: Caller | null, signal?: AbortSignal): Promise<ArrowAnswer>;
  /** Counts how entities were served since the start. */
  cacheReads(): CacheReads;
}

export const ARROW_STREAM = "application/vnd.apache.arrow.stream";

/** A batch as an Arrow IPC stream. */
export interface ArrowAnswer {
  readonly status: 200;
  readonly contentType: typeof ARROW_STREAM;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface FeatureReaderOptions extends ServedReadsOptions {
  /** Receives a sample of the responses. */
  readonly onResponse?: OnResponse;
}

export function createFeatureReader({ onResponse, ...options }: FeatureReaderOptions): FeatureReader {
  const { registry, cacheBytes = 0 } = options;
  const context: ReadContext = { options, cache: createResponseCache(cacheBytes) };
  const readable = createReadableStates();
  const sample = onResponse === undefined ? undefined : createResponseSampler(onResponse);
  const own = (state: ServingState, caller: Caller | null): ServingState =>
    caller === null ? state : readable(state, caller.grants, "features:read");
  const readOwnBatch = (body: string, caller: Caller | null, signal: AbortSignal | undefined) => {
    const request = parseBatch(body);
    return readCurrent(registry, (state) => readBatch(context, own(state, caller), request, caller, signal));
  };
  const sampledAnswer = (served: ServedSingle): Answer => {
    sample?.(served);
    return singleAnswer(served);
  };
  const batchAnswer = (served: ServedBatch): Answer => {
    sample?.(served);
    return answerOf(served.selection, renderBatch(served));
  };
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
      if (served instanceof Promise) return retried(state, served, rawId, rawQuery, caller).then(sampledAnswer);
      if (sample !== undefined) sample(served);
      return singleAnswer(served);
    },
    batch: (body, caller, signal) => mapMaybe(readOwnBatch(body, caller, signal), batchAnswer),
    async batchArrow(body, caller, signal) {
      const served = await readOwnBatch(body, caller, signal);
      sample?.(served);
      // Imported on demand: few servers use it.
      const { renderArrow } = await import("./render/render-arrow");
      const headers = served.selection.headers ?? {};
      return { status: 200, contentType: ARROW_STREAM, body: renderArrow(served), headers };
    },
    cacheReads: () => ({ ...context.cache.counts }),
  };
}

function singleAnswer({ selection, row }: ServedSingle): Answer {
  return row.answer ?? answerOf(selection, row.text);
}
