import type { Grants } from "../../core/index";
import type { UsageTracker } from "../../usage/index";
import type { Admission } from "../admission";
import type { OnlineStore } from "../online-store/online-store";
import type { ServingRegistry } from "../serving-registry";
import type { AsOfReading } from "./moment";
import type { ResponseCache } from "./response-cache";

/** Options that every online reader needs. */
export interface ReadingOptions {
  readonly registry: ServingRegistry;
  readonly onlineStore: OnlineStore;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly deadlineMs: number;
  /** As in `ReadRowsOptions`. */
  readonly admission?: Admission;
  readonly maxIds: number;
  readonly defaultEntity: string | null;
  /** Called for every response, with the key and the views. */
  readonly onRead?: UsageTracker["record"];
}

/** The caller of a read. A null caller has no key and no tenant. */
export interface Caller {
  readonly tenant: string | null;
  /** Null if the caller has no key, for example on the command line. */
  readonly keyId: string | null;
  /** Maximum ids of one batch, besides the server's; absent: no other. */
  readonly batchIds?: number;
  /** Takes the cost of a batch from the caller's limits before it is read. Errors: `rate_limited`, `batch_exceeds_burst`. */
  readonly spend?: (ids: number) => undefined | Promise<void>;
  /** Limits what is read; null: everything may be read. */
  readonly grants: Grants | null;
}

export interface ServedReadsOptions extends ReadingOptions {
  /** Options of as-of reads; absent: they are not supported. */
  readonly asOfReads?: AsOfReading | undefined;
  /** Bytes of rendered responses to cache until the next generation. Default: none. */
  readonly cacheBytes?: number;
}

/** The options and the cache that all reads of features share. */
export interface ReadContext {
  readonly options: ServedReadsOptions;
  readonly cache: ResponseCache;
}
