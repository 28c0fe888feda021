import type { KeyHolder } from "../http/index";
import { LATENCY_BUCKETS, latencyBucket } from "./latency-histogram";
import type { MonthlyTotals, UsedThisMonth } from "./monthly-totals";
import type { OperationUsage } from "./usage-store";

/** Usage of a key with one operation since the last flush. */
class OperationCount {
  requests = 0;
  rows = 0;
  bytes = 0;
  errors = 0;
  readonly latency: number[] = new Array(LATENCY_BUCKETS).fill(0);

  isEmpty(): boolean {
    return this.requests === 0 && this.errors === 0 && this.bytes === 0;
  }

  reset(): void {
    this.requests = 0;
    this.rows = 0;
    this.bytes = 0;
    this.errors = 0;
    this.latency.fill(0);
  }
}

/** The totals of this month that a key's requests count to. */
export interface UsedByKey {
  readonly line: UsedThisMonth;
  /** Null without an organisation. */
  readonly organisation: UsedThisMonth | null;
}

/** The counts of one key. */
interface KeyCount {
  readonly holder: KeyHolder;
  readonly used: UsedByKey;
  readonly operations: Map<string, OperationCount>;
}

/** The counts of keys that were not written yet. */
export interface KeyCounts {
  /** Counts a finished request. */
  request(holder: KeyHolder, operation: string, status: number, rows: number, milliseconds: number): void;
  /** Counts bytes of a download. */
  bytes(holder: KeyHolder, operation: string, bytes: number): void;
  /** Returns the totals of this month that a key's requests count to. */
  used(holder: KeyHolder): UsedByKey;
  /** Returns the counts and begins anew. `used`: the holders of the keys that used something or were refused. */
  take(day: string): { readonly counts: readonly OperationUsage[]; readonly used: readonly KeyHolder[] };
  /** Forgets the keys; to be called with nothing left to take. */
  clear(): void;
}

/** Keys that are remembered although they are idle. */
const MAX_IDLE_KEYS = 10_000;

/** Counts in place: a key that is known costs no allocation. */
export function createKeyCounts(totals: MonthlyTotals): KeyCounts {
  const keys = new Map<string, KeyCount>();

  const keyOf = (holder: KeyHolder): KeyCount => {
    const known = keys.get(holder.keyId);
    // Another holder: its limits or its organisation may have changed.
    if (known?.holder === holder) return known;
    const key: KeyCount = {
      holder,
      used: {
        line: totals.used(holder.lineId),
        organisation: holder.organisation === null ? null : totals.used(holder.organisation),
      },
      operations: known?.operations ?? new Map(),
    };
    keys.set(holder.keyId, key);
    return key;
  };
  const operationOf = ({ operations }: KeyCount, operation: string): OperationCount => {
    let count = operations.get(operation);
    if (count === undefined) {
      count = new OperationCount();
      operations.set(operation, count);
    }
    return count;
  };

  return {
    request(holder, operation, status, rows, milliseconds) {
      const key = keyOf(holder);
      const count = operationOf(key, operation);
      if (status >= 400) {
        count.errors += 1;
        return;
      }
      count.requests += 1;
      count.rows += rows;
      const bucket = latencyBucket(milliseconds);
      count.latency[bucket] = (count.latency[bucket] ?? 0) + 1;
      key.used.line.add(1, rows, 0);
      key.used.organisation?.add(1, rows, 0);
    },
    bytes(holder, operation, bytes) {
      const key = keyOf(holder);
      operationOf(key, operation).bytes += bytes;
      key.used.line.add(0, 0, bytes);
      key.used.organisation?.add(0, 0, bytes);
    },
    used: (holder) => keyOf(holder).used,
    take(day) {
      const counts: OperationUsage[] = [];
      const used: KeyHolder[] = [];
      const mayForget = keys.size > MAX_IDLE_KEYS;
      for (const [keyId, { holder, operations }] of keys) {
        const before = counts.length;
        for (const [operation, count] of operations) {
          if (count.isEmpty()) continue;
          const { lineId, organisation } = holder;
          const { requests, rows, bytes, errors } = count;
          const latency = count.latency.slice(0, count.latency.findLastIndex((each) => each > 0) + 1);
          counts.push({ day, keyId, lineId, organisation, operation, requests, rows, bytes, errors, latency });
          count.reset();
        }
        if (counts.length > before) used.push(holder);
        else if (mayForget) keys.delete(keyId);
      }
      return { counts, used };
    },
    clear: () => keys.clear(),
  };
}
