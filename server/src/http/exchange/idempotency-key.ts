import { FeatstoreError } from "../../core/index";
import type { ApiRequest } from "./exchange";

const MAX_LENGTH = 200;
const KEY = new RegExp(`^[\\x21-\\x7e]{1,${MAX_LENGTH}}$`);

/** Returns the `Idempotency-Key` of a request, or null. Errors: `invalid_request` if it is malformed. */
export function idempotencyKeyOf(request: Pick<ApiRequest, "header">): string | null {
  const key = request.header("idempotency-key") ?? null;
  if (key === null || KEY.test(key)) return key;
  const detail = `Idempotency-Key: expected 1 to ${MAX_LENGTH} printable characters without spaces.`;
  throw new FeatstoreError("invalid_request", detail);
}
