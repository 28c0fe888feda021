import { type ApiRequest, holderOf } from "../../http/index";
import type { Caller } from "./reading-options";

/** Describes the caller of a request for a batch. */
export function batchCaller(request: Pick<ApiRequest, "principal" | "spend">): Caller {
  const { tenant, keyId, grants, limits } = holderOf(request);
  return { tenant, keyId, grants, batchIds: limits.batchIds, spend: (ids) => request.spend(ids) };
}
