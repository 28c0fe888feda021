import { writeInBackground } from "../core/index";
import type { OnResponse } from "../serving/index";
import type { AnswerRetention, AuditStore, StoredAnswer, StoredComputedAnswer } from "./audit-store";
import { computedFromResponse } from "./response-computed";
import { partsOf } from "./response-parts";
import { personalViews, rowsFromResponse } from "./response-rows";

/** Stores a sample of the responses. */
export interface AnswerSampler {
  readonly onResponse: OnResponse;
  counts(): { readonly stored: number; readonly dropped: number };
  /** Writes what is pending. Resolves even if that failed. */
  flush(): Promise<void>;
  /** Stops the background flushing and writes what is pending. */
  close(): Promise<void>;
}

export interface AnswerSamplerOptions {
  readonly store: Pick<AuditStore, "save">;
  /** Samples one in this many served entities, on average. */
  readonly every: number;
  /** True to store responses of views with personal features, and inputs of requests, which may be personal. */
  readonly personal: boolean;
  readonly retention: AnswerRetention;
  /** Maximum pending samples. Default: 1,000. More are dropped and counted. */
  readonly maxPending?: number;
  /** Milliseconds between writes. Default: 2,000. */
  readonly flushMs?: number;
  readonly onFault: (error: unknown) => void;
  /** Returns a number from 0 to below 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** Short, because a server that shuts down waits for it. */
const DEADLINE_MS = 5_000;
/** Larger rows are dropped and counted. */
const MAX_VALUES_LENGTH = 262_144;

/**
 * Creates a sampler that writes in the background, one statement at a time. The gaps between samples are random, so
 * that no rhythm of the callers biases the sample.
 */
export function createAnswerSampler(options: AnswerSamplerOptions): AnswerSampler {
  const {
    store,
    every,
    personal,
    retention,
    maxPending = 1_000,
    flushMs = 2_000,
    onFault,
    random = Math.random,
  } = options;
  let waiting: (StoredAnswer | StoredComputedAnswer)[] = [];
  let stored = 0;
  let dropped = 0;

  const write = async (): Promise<void> => {
    const written = waiting;
    if (written.length === 0) return;
    waiting = [];
    try {
      await store.save(written, retention, { deadlineMs: DEADLINE_MS });
      stored += written.length;
    } catch (error) {
      // They wait for the next flush, if there is room.
      const room = Math.max(0, maxPending - waiting.length);
      dropped += Math.max(0, written.length - room);
      waiting = [...written.slice(0, room), ...waiting];
      onFault(error);
    }
  };
  return {
    onResponse(response) {
      try {
        const position = response.form === "batch" ? Math.floor(random() * response.rows.length) : 0;
        const parts = partsOf(response, position);
        const except = personal ? new Set<number>() : personalViews(response.selection);
        const computed = computedFromResponse(response, parts, position, personal);
        for (const row of [
          ...rowsFromResponse(response, parts, except),
          ...(computed === undefined ? [] : [computed]),
        ]) {
          const length = row.values.length + ("service" in row ? row.inputs.length : 0);
          if (waiting.length < maxPending && length <= MAX_VALUES_LENGTH) waiting.push(row);
          else dropped += 1;
        }
      } catch (error) {
        dropped += 1;
        onFault(error);
      }
      return 1 + Math.floor(random() * (2 * every - 1));
    },
    counts: () => ({ stored, dropped }),
    ...writeInBackground(write, flushMs),
  };
}
