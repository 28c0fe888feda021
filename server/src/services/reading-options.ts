import type { OnlineStore } from "../stores/online-store";
import type { Admission } from "./admission";
import type { ServingRegistry } from "./serving-registry";
import type { UsageTracker } from "./usage-tracker";

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
