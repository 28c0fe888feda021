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
  /** `body` is the request's JSON text. */
  batch(body: string, caller: Caller | null, call?: BatchCall): Answer | Promise<Answer>;
  /** Like `batch`, as an Arrow IPC stream. */
  batchArrow(body: string, caller: Caller | null, call?: BatchCall): Promise<ArrowAnswer>;
  /** Counts how entities were served since the start. */
  cacheReads(): CacheReads;
}

/** What the caller of a batch passes besides the request. */
export interface BatchCall {
  /** Aborts when the client no longer waits for the response. */
  readonly signal?: AbortSignal;
  /** Called with the number of ids, if the batch is answered. */
  readonly onRows?: (rows: number) => void;
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
    batch(body, caller, call) {
      const served = reads.batch(body, caller, call?.signal);
      return served instanceof Promise ? served.then((batch) => batchAnswer(batch, call)) : batchAnswer(served, call);
    },
    async batchArrow(body, caller, call) {
      const served = await reads.batch(body, caller, call?.signal);
      call?.onRows?.(served.rows.length);
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

function batchAnswer(served: ServedBatch, call: BatchCall | undefined): Answer {
  call?.onRows?.(served.rows.length);
  return answerOf(served.selection, renderBatch(served));
}
