import type { ApiRequest } from "../../http/index";
import type { Caller } from "./reading-options";

/** Describes the caller of a request for a batch. */
export function batchCaller(request: Pick<ApiRequest, "principal" | "spend">): Caller {
  const { principal } = request;
  const spend = (ids: number) => request.spend(ids);
  if (principal === null) return { tenant: null, keyId: null, spend };
  const { tenant, keyId, limits } = principal;
  return { tenant, keyId, batchIds: limits.batchIds, spend };
}
