import type { AnswerRetention, AuditStore, StoredAnswer, StoredComputedAnswer } from "../../stores/audit-store";
import { writeInBackground } from "../background-writes";
import { computedFromResponse } from "./response-computed";
import { partsOf } from "./response-parts";
import { personalViews, rowsFromResponse } from "./response-rows";
import type { OnResponse } from "./served-response";

/** Keeps a sample of what is answered. */
export interface AnswerSampler {
  readonly onResponse: OnResponse;
  counts(): { readonly stored: number; readonly dropped: number };
  /** Writes what waits; resolves also where that failed. */
  flush(): Promise<void>;
  /** Ends the background flushing and writes what waits. */
  close(): Promise<void>;
}

export interface AnswerSamplerOptions {
  readonly store: Pick<AuditStore, "keep">;
  /** One of so many entities that are answered, on average. */
  readonly every: number;
  /** Whether answers of views with features that are personal are kept too, and inputs of requests, which may be. */
  readonly personal: boolean;
  readonly retention: AnswerRetention;
  /** How many may wait to be written; 1,000 by default. What comes beyond is dropped, and counted. */
  readonly maxPending?: number;
  /** Milliseconds between writes; 2,000 by default. */
  readonly flushMs?: number;
  readonly onFault: (error: unknown) => void;
  /** From 0 to below 1; `Math.random` by default. */
  readonly random?: () => number;
}

/** Not longer, since a server that ends waits for it. */
const DEADLINE_MS = 5_000;
/** Larger rows are dropped, and counted. */
const MAX_VALUES_LENGTH = 262_144;

/**
 * A sampler that writes in the background, one statement a time. The gaps between what it asks for are random, so that no
 * rhythm of the callers hides anything.
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
      await store.keep(written, retention, { deadlineMs: DEADLINE_MS });
      stored += written.length;
    } catch (error) {
      // They wait for the next time, as far as there is room.
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
