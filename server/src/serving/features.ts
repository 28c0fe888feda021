import type { Answer } from "../registry/index";
import type { Caller, ServedReadsOptions } from "./read/reading-options";
import type { CacheReads } from "./read/response-cache";
import { createServedReads, type ServedReads } from "./read/served-reads";
import { renderBatch } from "./render/render-batch";
import { type OnResponse, sampledReads } from "./sampled-reads";
import { answerOf } from "./selection/selection";
import type { ServedBatch, ServedSingle } from "./served-response";

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
  const reads = createServedReads(options);
  return answers(onResponse === undefined ? reads : sampledReads(reads, onResponse));
}

/** Makes responses of what was served. */
function answers(reads: ServedReads): FeatureReader {
  return {
    single(rawId, rawQuery, caller) {
      const served = reads.single(rawId, rawQuery, caller);
      return served instanceof Promise ? served.then(singleAnswer) : singleAnswer(served);
    },
    batch(body, caller, signal) {
      const served = reads.batch(body, caller, signal);
      return served instanceof Promise ? served.then(batchAnswer) : batchAnswer(served);
    },
    async batchArrow(body, caller, signal) {
      const served = await reads.batch(body, caller, signal);
      // Imported on demand: few servers use it.
      const { renderArrow } = await import("./render/render-arrow");
      const headers = served.selection.headers ?? {};
      return { status: 200, contentType: ARROW_STREAM, body: renderArrow(served), headers };
    },
    cacheReads: reads.cacheReads,
  };
}

function singleAnswer({ selection, row }: ServedSingle): Answer {
  return row.answer ?? answerOf(selection, row.text);
}

function batchAnswer(served: ServedBatch): Answer {
  return answerOf(served.selection, renderBatch(served));
}
