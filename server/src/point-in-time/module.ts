import type { Engine } from "../engine/index";
import type { OnlineStore } from "../serving/index";
import { createPointInTimeStore } from "./point-in-time-store";

/** Creates the function that returns a store of rows as of a time, microseconds since 1970 UTC. */
export function createPointInTime(engine: Engine): (asOf: bigint) => OnlineStore {
  return (asOf) => createPointInTimeStore(engine, asOf);
}
