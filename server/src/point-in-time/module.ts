import type { Platform } from "../platform/index";
import type { OnlineStore } from "../serving/index";
import { createPointInTimeStore } from "./point-in-time-store";
import { createReplayStore } from "./replay-store";

/** Creates the function that returns a store of rows as of a time, microseconds since 1970 UTC. */
export function createPointInTime({ database }: Platform): (asOf: bigint) => OnlineStore {
  const replays = createReplayStore(database);
  return (asOf) => createPointInTimeStore(replays, asOf);
}
