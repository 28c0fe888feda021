import { FeatstoreError } from "../../core/index";
import { type ApiRequest, holderOf, type KeyHolder } from "../../http/index";

/** Returns the holder of a key that may change what its organisation has. Errors: `scope_required`. */
export function changerOf(request: Pick<ApiRequest, "principal">): KeyHolder {
  const holder = holderOf(request);
  if (holder.makerHasLeft !== true) return holder;
  throw new FeatstoreError(
    "scope_required",
    "The person who made this key has left its organisation, so it only reads data: use a key of a member.",
  );
}
