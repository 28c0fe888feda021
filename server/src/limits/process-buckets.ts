import type { Rate } from "../core/index";
import { type BucketState, bucketState, type Grant, ROUNDING, type TokenBuckets } from "./token-buckets";

/** Buckets in the memory of this process. Decides synchronously. */
export interface ProcessBuckets extends TokenBuckets {
  take(request: Parameters<TokenBuckets["take"]>[0]): Grant;
  /** Empties all buckets, also those that no request has named yet. */
  empty(): void;
}

export interface ProcessBucketsOptions {
  /** A monotonic clock in milliseconds. */
  readonly monotonic?: () => number;
  /** Servers that share each limit: each bucket has this fraction of its burst and rate. Default 1. */
  readonly servers?: number;
  /** Default 100,000. Beyond it buckets are forgotten, first those that are full. */
  readonly maxBuckets?: number;
}

/**
 * Creates buckets that are full at first. Each is one number, the time at which it will be full (the generic cell rate
 * algorithm), so a full bucket needs no memory.
 */
export function createProcessBuckets(options: ProcessBucketsOptions = {}): ProcessBuckets {
  const { monotonic = () => performance.now(), servers = 1, maxBuckets = 100_000 } = options;
  const fullAt = new Map<string, number>();
  let emptyAt = Number.NEGATIVE_INFINITY;

  const rateOf = (rate: Rate): Rate =>
    servers === 1
      ? rate
      : { perSecond: rate.perSecond / servers, burst: Math.max(1, Math.floor(rate.burst / servers)) };

  const leftOf = (name: string, { perSecond, burst }: Rate, now: number): number => {
    const full = fullAt.get(name) ?? emptyAt + (burst * 1000) / perSecond;
    return Math.max(-burst, Math.min(burst, burst - ((full - now) * perSecond) / 1000));
  };

  const makeRoom = (now: number): void => {
    for (const [name, full] of fullAt) if (full <= now) fullAt.delete(name);
    for (const [name] of fullAt) {
      if (fullAt.size <= 0.9 * maxBuckets) return;
      fullAt.delete(name);
    }
  };

  return {
    take({ buckets, cost, ahead, isCharge = false }) {
      const now = monotonic();
      let isGranted = true;
      let more = ahead;
      for (const { name, rate } of buckets) {
        const left = leftOf(name, rateOf(rate), now);
        if (left + ROUNDING < cost && !isCharge) isGranted = false;
        more = Math.min(more, Math.floor(left - cost + ROUNDING));
      }
      const taken = isGranted ? cost + Math.max(0, more) : 0;
      const states: BucketState[] = [];
      for (const { name, rate: whole } of buckets) {
        const rate = rateOf(whole);
        const left = leftOf(name, rate, now) - taken;
        // Written even if nothing was taken: a bucket that owes more than a changed limit allows starts from there.
        if (left < rate.burst) fullAt.set(name, now + ((rate.burst - left) * 1000) / rate.perSecond);
        states.push(bucketState(left, rate, cost));
      }
      if (fullAt.size > maxBuckets) makeRoom(now);
      return { taken, buckets: states, by: "process" };
    },
    empty() {
      fullAt.clear();
      emptyAt = monotonic();
    },
  };
}
