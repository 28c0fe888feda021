import { FeatstoreError } from "../core/index";
import type { KeyService } from "./keys";

/** Allows reads of keys only; other calls throw `store_unavailable`. */
export function readOnlyKeys(keys: KeyService): KeyService {
  const refuse = async (): Promise<never> => {
    throw new FeatstoreError(
      "store_unavailable",
      "This server's database role may only read: send the request to a server whose role may write.",
    );
  };
  return { ...keys, create: refuse, change: refuse, rotate: refuse, revoke: refuse };
}
