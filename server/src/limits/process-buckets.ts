import type { Rate } from "../core/index";
import { type Bucket, type BucketState, bucketState, type Grant, ROUNDING, type TokenBuckets } from "./token-buckets";

/** Buckets in the memory of this process. Decides synchronously. */
export interface ProcessBuckets extends TokenBuckets {
  take(request: Parameters<TokenBuckets["take"]>[0]): Grant;
  /** Lets all buckets begin again with this fraction of their burst, at least one token. */
  restart(fraction: number): void;
}

export interface ProcessBucketsOptions {
  /** A monotonic clock in milliseconds. */
  readonly monotonic?: () => number;
  /** Servers that share each limit: each bucket has this fraction of its burst and rate. Default 1. */
  readonly servers?: number;
  /** Default 100,000. Beyond it buckets are forgotten, first those that are full. */
  readonly maxBuckets?: number;
}

interface Level {
  /** The time at which the bucket will be full. */
  fullAt: number;
  /** As of the last request. */
  left: number;
  rate: Rate;
}

/**
 * Creates buckets that are full at first. Each is one number, the time at which it will be full (the generic cell rate
 * algorithm), so a full bucket needs no memory.
 */
export function createProcessBuckets(options: ProcessBucketsOptions = {}): ProcessBuckets {
  const { monotonic = () => performance.now(), servers = 1, maxBuckets = 100_000 } = options;
  const levels = new Map<string, Level>();
  let restarted: { readonly at: number; readonly fraction: number } | undefined;

  const rateOf = (rate: Rate): Rate =>
    servers === 1
      ? rate
      : { perSecond: rate.perSecond / servers, burst: Math.max(1, Math.floor(rate.burst / servers)) };

  const makeRoom = (now: number): void => {
    for (const [name, { fullAt }] of levels) if (fullAt <= now) levels.delete(name);
    for (const name of levels.keys()) {
      if (levels.size <= 0.9 * maxBuckets) return;
      levels.delete(name);
    }
  };

  const levelOf = ({ name, rate: whole }: Bucket, now: number): Level => {
    const rate = rateOf(whole);
    const { perSecond, burst } = rate;
    let level = levels.get(name);
    if (level === undefined) {
      if (levels.size >= maxBuckets) makeRoom(now);
      const missing = restarted === undefined ? 0 : Math.max(0, burst - Math.max(1, burst * restarted.fraction));
      level = { fullAt: (restarted?.at ?? now) + (missing * 1000) / perSecond, left: burst, rate };
      levels.set(name, level);
    }
    level.rate = rate;
    level.left = Math.max(-burst, Math.min(burst, burst - ((level.fullAt - now) * perSecond) / 1000));
    return level;
  };

  /** Also when nothing is taken: a bucket that owes more than a changed limit allows starts from there. */
  const takeFrom = (level: Level, taken: number, cost: number, now: number): BucketState => {
    const { rate } = level;
    level.left -= taken;
    level.fullAt = now + ((rate.burst - level.left) * 1000) / rate.perSecond;
    return bucketState(level.left, rate, cost);
  };

  return {
    take({ buckets, cost, ahead, isCharge = false }) {
      const now = monotonic();
      const found = buckets.map((bucket) => levelOf(bucket, now));
      let isGranted = true;
      let more = ahead;
      for (const { left } of found) {
        if (left + ROUNDING < cost && !isCharge) isGranted = false;
        more = Math.min(more, Math.floor(left - cost + ROUNDING));
      }
      const taken = isGranted ? cost + Math.max(0, more) : 0;
      return { taken, buckets: found.map((level) => takeFrom(level, taken, cost, now)), by: "process" };
    },
    restart(fraction) {
      levels.clear();
      restarted = { at: monotonic(), fraction };
    },
  };
}
