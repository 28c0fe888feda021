import { createTimeReader, type Fault, FeatstoreError } from "../../core/index";
import type { IdLimit } from "../batch-request";
import type { OnlineStore } from "../online-store/online-store";
import { deadlineOf, type OwnParameters } from "../own-parameters";
import type { ReadRowsOptions } from "./read-rows";

/** The time and manner of a read. */
export interface Moment {
  /** The time for ttls and time-dependent features, microseconds since 1970 UTC. */
  readonly at: number;
  /** Null: the served generations are read. */
  readonly asOf: bigint | null;
  readonly idLimit: IdLimit;
  readonly reading: ReadRowsOptions;
}

/** Options for as-of reads. */
export interface AsOfReading {
  /** Returns a store of every view's rows as of a time, microseconds since 1970 UTC. */
  storeAsOf(asOf: bigint): OnlineStore;
  readonly deadlineMs: number;
  /** Maximum ids of one request. */
  readonly maxIds: number;
}

export interface MomentOptions extends ReadRowsOptions {
  /** Maximum ids of one request. */
  readonly maxIds: number;
  /** Options of as-of reads; absent: they are not supported. */
  readonly asOfReads?: AsOfReading | undefined;
}

const readTime = createTimeReader(null);

/**
 * Returns the time and manner of an uncached read: now, or as of a time in the past. `refuse` builds the error for an
 * invalid parameter. Errors: those of `refuse`, `as_of_future`, `store_unavailable` if as-of reads are not supported.
 */
export function momentOf(
  options: MomentOptions,
  own: OwnParameters,
  now: number,
  refuse: (faults: readonly Fault[]) => FeatstoreError,
): Moment {
  if (own.as_of !== undefined) {
    const moment = asOfMoment(options.asOfReads, own.as_of, own.latency_budget_ms, now, refuse);
    return { ...moment, reading: { ...options, lane: "as_of", ...moment.reading } };
  }
  const idLimit: IdLimit = { max: options.maxIds, setting: "limits.batch_ids" };
  if (own.latency_budget_ms === undefined) return { at: now, asOf: null, idLimit, reading: options };
  const deadlineMs = deadlineOf(own.latency_budget_ms, options.deadlineMs, "deadlines.read_ms", refuse);
  return { at: now, asOf: null, idLimit, reading: { ...options, deadlineMs } };
}

/**
 * Resolves an as-of read. `text` is the time, `budget` the latency budget. Errors: `as_of_future`, `store_unavailable`
 * if as-of reads are not supported, those of `refuse`.
 */
function asOfMoment(
  asOfReads: AsOfReading | undefined,
  text: string,
  budget: string | undefined,
  now: number,
  refuse: (faults: readonly Fault[]) => FeatstoreError,
): Moment {
  const path = "as_of";
  const time = readTime(text);
  if ("detail" in time) throw refuse([{ path, detail: time.detail }]);
  if (time.micros > BigInt(Math.trunc(now))) {
    throw new FeatstoreError("as_of_future", "as_of must not be in the future.", {
      errors: [{ path, detail: "it is in the future" }],
    });
  }
  if (asOfReads === undefined) {
    throw new FeatstoreError(
      "store_unavailable",
      "as_of cannot be read here: it needs a server whose database role may materialize.",
    );
  }
  const deadlineMs = deadlineOf(budget, asOfReads.deadlineMs, "deadlines.as_of_ms", refuse);
  return {
    at: Number(time.micros),
    asOf: time.micros,
    idLimit: { max: asOfReads.maxIds, setting: "limits.as_of_ids" },
    reading: { onlineStore: asOfReads.storeAsOf(time.micros), deadlineMs },
  };
}
