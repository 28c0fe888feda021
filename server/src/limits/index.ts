export { openTokenBuckets } from "./open-token-buckets";
export type { Grant, TokenBuckets, TokenRequest } from "./token-buckets";
