import type { UsageTracker } from "../../usage/index";
import type { Admission } from "../admission";
import type { OnlineStore } from "../online-store/online-store";
import type { ServingRegistry } from "../serving-registry";

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
