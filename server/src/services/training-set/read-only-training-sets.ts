import { FeatstoreError } from "../../errors";
import type { TrainingSets } from "./training-sets";

/** Training sets that can be looked at and downloaded only. Errors of the rest: `store_unavailable`. */
export function readOnlyTrainingSets(sets: TrainingSets): TrainingSets {
  const refuse = async (): Promise<never> => {
    throw new FeatstoreError(
      "store_unavailable",
      "This server's database role may only read features: send the request to a server whose role may materialize.",
    );
  };
  return { ...sets, start: refuse, rerun: refuse, resume: refuse, cancel: refuse, delete: refuse };
}
