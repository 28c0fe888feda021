import { FeatstoreError } from "../../core/index";
import type { KeyHolder } from "../guard/principal";
import type { ApiRequest } from "./exchange";

/** Returns the holder of the request's key. Throws on a route without one: nothing may be read without permissions. */
export function holderOf({ principal }: Pick<ApiRequest, "principal">): KeyHolder {
  if (principal === null) throw new Error("a keyed route without a key");
  return principal;
}

/** Returns the holder of a key that may change what its organisation has. Errors: `scope_required`. */
export function changerOf(request: Pick<ApiRequest, "principal">): KeyHolder {
  const holder = holderOf(request);
  if (holder.makerHasLeft !== true) return holder;
  throw new FeatstoreError(
    "scope_required",
    "The person who made this key has left its organisation, so it only reads data: use a key of a member.",
  );
}
