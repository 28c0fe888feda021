import type { OnlineStore } from "../stores/online-store";
import type { Admission } from "./admission";
import type { ServingRegistry } from "./serving-registry";
import type { UsageTracker } from "./usage-tracker";

/** What every way to read online needs. */
export interface ReadingOptions {
  readonly registry: ServingRegistry;
  readonly onlineStore: OnlineStore;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly deadlineMs: number;
  /** As of `ReadRowsOptions`. */
  readonly admission?: Admission;
  readonly maxIds: number;
  readonly defaultEntity: string | null;
  /** Told of every answer: by whom, and of which views. */
  readonly onRead?: UsageTracker["record"];
}
