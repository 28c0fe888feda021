import { type Fault, FeatstoreError } from "../errors";
import type { OnlineStore } from "../stores/online-store";
import type { IdLimit } from "./batch-request";
import type { ReadRowsOptions } from "./read-rows";
import { deadlineOf } from "./request-parameters";
import { createTimeReader } from "./training-set/spine-time";

/** When and how a request is read. */
export interface Moment {
  /** By which times to live are judged and what depends on the time is computed; microseconds since 1970 UTC. */
  readonly at: number;
  /** Null: of the served generations. */
  readonly asOf: bigint | null;
  readonly idLimit: IdLimit;
  readonly reading: ReadRowsOptions;
}

/** How the past is read. */
export interface AsOfReading {
  /** The rows of every view as of a time, microseconds since 1970 UTC. */
  storeAsOf(asOf: bigint): OnlineStore;
  readonly deadlineMs: number;
  /** Ids of one request. */
  readonly maxIds: number;
}

const readTime = createTimeReader(null);

/**
 * The moment of a read of the past. `text` is the time's, `budget` the latency budget's. Errors: `as_of_future`, `store_unavailable` where no past is read, those of `refuse`.
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
    throw new FeatstoreError("as_of_future", "as_of lies in the future, of which nothing is known.", {
      errors: [{ path, detail: "it lies in the future" }],
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
