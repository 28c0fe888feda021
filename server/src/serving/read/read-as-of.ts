import { createTimeReader, deadlineOf, type Fault, FeatstoreError } from "../../core/index";
import type { IdLimit } from "../batch-request";
import type { OnlineStore } from "../online-store/online-store";
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

const readTime = createTimeReader(null);

/**
 * Resolves an as-of read. `text` is the time, `budget` the latency budget. Errors: `as_of_future`, `store_unavailable`
 * if as-of reads are not supported, those of `refuse`.
 */
export function asOfMoment(
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
