import { FeatstoreError } from "../core/index";
import type { TrainingSets } from "./training-sets";

/** Allows reads and downloads of training sets only; other calls throw `store_unavailable`. */
export function readOnlyTrainingSets(sets: TrainingSets): TrainingSets {
  const refuse = async (): Promise<never> => {
    throw new FeatstoreError(
      "store_unavailable",
      "This server's database role may only read features: send the request to a server whose role may materialize.",
    );
  };
  return { ...sets, start: refuse, rerun: refuse, resume: refuse, cancel: refuse, delete: refuse };
}
