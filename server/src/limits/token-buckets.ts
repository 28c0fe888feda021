import type { Rate } from "../core/index";

/** A bucket of tokens: it holds `rate.burst` and gains `rate.perSecond` until it is full. */
export interface Bucket {
  /** Identifies it. */
  readonly name: string;
  readonly rate: Rate;
}

/** Tokens to take from all of a request's buckets, or from none of them. */
export interface TokenRequest {
  /** Its buckets are decided together, so in a Redis Cluster they are on one node. */
  readonly group: string;
  readonly buckets: readonly Bucket[];
  readonly cost: number;
  /** How many more tokens to take, as far as all buckets have them. */
  readonly ahead: number;
  /** Takes the cost even if a bucket has too few: it was spent without asking. A bucket owes at most its burst. */
  readonly isCharge?: boolean;
}

export interface Grant {
  /** The cost and the tokens ahead; 0 if a bucket has too few for the cost. */
  readonly taken: number;
  /** In the order of the request's buckets. */
  readonly buckets: readonly BucketState[];
  /** Where it was decided. */
  readonly by: "redis" | "process";
}

/** A bucket after a request. */
export interface BucketState {
  /** Whole tokens left. */
  readonly left: number;
  /** Milliseconds until it has the cost, or has it again. */
  readonly waitMs: number;
  readonly fullInMs: number;
}

/** Decides about tokens, for one process or for many. */
export interface TokenBuckets {
  take(request: TokenRequest): Grant | Promise<Grant>;
}

/** Rounding errors, in tokens. */
export const ROUNDING = 0.001;

/** Describes a bucket with `left` tokens, which may have a fraction and be negative. */
export function bucketState(left: number, { perSecond, burst }: Rate, cost: number): BucketState {
  return {
    left: Math.max(0, Math.floor(left + ROUNDING)),
    waitMs: left + ROUNDING >= cost ? 0 : Math.ceil(((cost - left) * 1000) / perSecond),
    fullInMs: Math.ceil(((burst - left) * 1000) / perSecond),
  };
}
