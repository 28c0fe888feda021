import type { ProcessBuckets } from "./process-buckets";
import type { Bucket, Grant, TokenBuckets, TokenRequest } from "./token-buckets";

/** Buckets that decide in this process while the shared ones do not answer. */
export interface GuardedBuckets extends TokenBuckets {
  close(): void;
}

export interface GuardedBucketsOptions {
  readonly shared: TokenBuckets;
  /** This server's share. */
  readonly local: ProcessBuckets;
  /** Servers that share the limits. */
  readonly servers: number;
  /** Called when the shared buckets stop answering, and when they answer again. */
  readonly onChange?: (isShared: boolean) => void;
  /** How long a decision may take, milliseconds. Default 80. */
  readonly deadlineMs?: number;
  /** Between attempts to reach the shared buckets, milliseconds. Default 100. */
  readonly pauseMs?: number;
}

interface Debt {
  readonly group: string;
  readonly bucket: Bucket;
  tokens: number;
}

/** Of the burst, with which the local share begins. */
const FIRST_SHARE = 1 / 8;
const MAX_DEBTS = 10_000;
const CHARGES_AT_ONCE = 100;
const NO_BUCKET: TokenRequest = {
  group: "probe",
  buckets: [{ name: "probe", rate: { perSecond: 1, burst: 1 } }],
  cost: 0,
  ahead: 0,
};

/**
 * Guards shared buckets with a local share, which begins with a fraction of it: an idle key's first requests must pass, and
 * what the shared buckets had left may be spent elsewhere.
 * Tokens that it grants are charged to the shared buckets when they answer again, before they decide again, because they have
 * become full in the meantime.
 */
export function createGuardedBuckets(options: GuardedBucketsOptions): GuardedBuckets {
  const { shared, local, servers, onChange, deadlineMs = 80, pauseMs = 100 } = options;
  const debts = new Map<string, Debt>();
  let isShared = true;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const takeHere = (request: TokenRequest): Grant => {
    const grant = local.take(request);
    if (grant.taken > 0) for (const bucket of request.buckets) owe(request.group, bucket, grant.taken);
    return grant;
  };

  const owe = (group: string, bucket: Bucket, tokens: number): void => {
    const { name } = bucket;
    const known = debts.get(name);
    if (known === undefined && debts.size >= MAX_DEBTS) return;
    // The bucket has gained at most its burst, so this server owes at most its share of the burst.
    const most = Math.max(1, Math.floor(bucket.rate.burst / servers));
    debts.set(name, { group, bucket, tokens: Math.min(most, (known?.tokens ?? 0) + tokens) });
  };

  /** Charges all debts; those that cannot be charged stay. */
  const settle = async (): Promise<void> => {
    const open = [...debts.values()];
    debts.clear();
    while (open.length > 0) {
      const some = open.slice(-CHARGES_AT_ONCE);
      try {
        await Promise.all(some.map((debt) => within(deadlineMs, shared.take(chargeOf(debt)))));
      } catch (error) {
        for (const { group, bucket, tokens } of open) owe(group, bucket, tokens);
        throw error;
      }
      open.length -= some.length;
    }
  };

  const retry = async (): Promise<void> => {
    try {
      await within(deadlineMs, shared.take(NO_BUCKET));
      await settle();
      isShared = true;
      onChange?.(true);
      // What was granted while the others were charged.
      await settle();
    } catch {
      if (isShared) fall();
      else schedule();
    }
  };

  const schedule = (): void => {
    if (isClosed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void retry(), pauseMs);
    timer.unref();
  };

  const fall = (): void => {
    isShared = false;
    local.restart(FIRST_SHARE);
    onChange?.(false);
    schedule();
  };

  return {
    take(request) {
      if (!isShared) return takeHere(request);
      return within(deadlineMs, shared.take(request)).catch(() => {
        if (isShared) fall();
        return takeHere(request);
      });
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

function chargeOf({ group, bucket, tokens }: Debt): TokenRequest {
  return { group, buckets: [bucket], cost: tokens, ahead: 0, isCharge: true };
}

async function within<Result>(milliseconds: number, result: Result | Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
