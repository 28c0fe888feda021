import type { KeyHolder } from "../guard/principal";
import type { ApiRequest } from "./exchange";

/** Returns the holder of the request's key. Throws on a route without one: nothing may be read without permissions. */
export function holderOf({ principal }: Pick<ApiRequest, "principal">): KeyHolder {
  if (principal === null) throw new Error("a keyed route without a key");
  return principal;
}
