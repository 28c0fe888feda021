import type { FeatureView } from "@featstore/definitions";
import type { ReadStore, ViewRead } from "../stores/read-store";
import { writeInBackground } from "./background-writes";

/** Part of what was read: a view version. */
export interface ReadView {
  readonly registered: { readonly view: Pick<FeatureView, "name" | "version"> };
}

/** View versions as a training set names them, to be marked. */
export function readViews(views: readonly { readonly view: string; readonly version: number }[]): readonly ReadView[] {
  return views.map(({ view, version }) => ({ registered: { view: { name: view, version } } }));
}

/** Remembers which keys read which views, and has it written in the background. */
export interface UsageTracker {
  /** Sets a flag in this process, and no more. `views` is told apart by identity: a selection's list, say. */
  record(keyId: string | null, views: readonly ReadView[]): void;
  /** Writes what was not written today; resolves also where that failed. */
  flush(): Promise<void>;
  /** Ends the background flushing and writes what waits. */
  close(): Promise<void>;
}

export interface UsageTrackerOptions {
  readonly store: Pick<ReadStore, "note">;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly onFault: (error: unknown) => void;
  /** Milliseconds between writes; 60,000 by default. */
  readonly flushMs?: number;
  /** How many pairs of a key and a list of views are remembered until the next write; 10,000 by default. */
  readonly maxPending?: number;
}

/** Not longer, since a server that ends waits for it. */
const DEADLINE_MS = 5_000;
const DAY_MICROS = 86_400_000_000;

/**
 * Marks that are written in the background, one statement a time. What was written once is not written again on the same
 * day. Beyond `maxPending` marks are left out: the next read by that key sets them after the next write.
 */
export function createUsageTracker(options: UsageTrackerOptions): UsageTracker {
  const { store, clock, onFault, flushMs = 60_000, maxPending = 10_000 } = options;
  let pending = new Map<readonly ReadView[], Set<string>>();
  let pendingCount = 0;
  let lastKey: string | null = null;
  let lastViews: readonly ReadView[] | undefined;
  let written = new Set<string>();
  let writtenDay = 0;

  const record = (keyId: string | null, views: readonly ReadView[]): void => {
    if (keyId === null || (keyId === lastKey && views === lastViews)) return;
    lastKey = keyId;
    lastViews = views;
    let keys = pending.get(views);
    if (keys?.has(keyId) === true || pendingCount >= maxPending) return;
    if (keys === undefined) {
      keys = new Set();
      pending.set(views, keys);
    }
    keys.add(keyId);
    pendingCount += 1;
  };

  const write = async (): Promise<void> => {
    const taken = pending;
    pending = new Map();
    pendingCount = 0;
    lastViews = undefined;
    const day = Math.floor(clock() / DAY_MICROS);
    if (day !== writtenDay || written.size > maxPending) written = new Set();
    writtenDay = day;
    const reads = new Map<string, ViewRead>();
    for (const [views, keys] of taken) {
      for (const { registered } of views) {
        const { name, version } = registered.view;
        for (const keyId of keys) reads.set(`${keyId} ${name}@${version}`, { keyId, view: name, version });
      }
    }
    for (const name of written) reads.delete(name);
    if (reads.size === 0) return;
    try {
      await store.note([...reads.values()], { deadlineMs: DEADLINE_MS });
      for (const name of reads.keys()) written.add(name);
    } catch (error) {
      // They wait for the next time, as far as there is room.
      for (const [views, keys] of taken) for (const keyId of keys) record(keyId, views);
      onFault(error);
    }
  };
  return { record, ...writeInBackground(write, flushMs) };
}
