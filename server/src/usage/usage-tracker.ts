import type { FeatureView } from "@featstore/definitions/compiler";
import { writeInBackground } from "../core/index";
import type { ReadStore, ViewRead } from "./read-store";

/** A view version that was read. */
export interface ReadView {
  readonly registered: { readonly view: Pick<FeatureView, "name" | "version"> };
}

/** Converts the view versions of a training set for `record`. */
export function readViews(views: readonly { readonly view: string; readonly version: number }[]): readonly ReadView[] {
  return views.map(({ view, version }) => ({ registered: { view: { name: view, version } } }));
}

/** Remembers which keys read which views, and writes it in the background. */
export interface UsageTracker {
  /** Sets a flag in this process only. `views` is compared by identity, for example a selection's list. */
  record(keyId: string | null, views: readonly ReadView[]): void;
  /** Writes the pairs that were not written today. Resolves even if that failed. */
  flush(): Promise<void>;
  /** Stops the background flushing and writes what is pending. */
  close(): Promise<void>;
}

export interface UsageTrackerOptions {
  readonly store: Pick<ReadStore, "note">;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly onFault: (error: unknown) => void;
  /** Milliseconds between writes. Default: 60,000. */
  readonly flushMs?: number;
  /** Pairs of a key and a list of views that are remembered until the next write. Default: 10,000. */
  readonly maxPending?: number;
}

/** Short, because a server that shuts down waits for it. */
const DEADLINE_MS = 5_000;
const DAY_MICROS = 86_400_000_000;

/**
 * Creates a tracker that writes in the background, one statement at a time. A pair is written once a day. Pairs beyond
 * `maxPending` are dropped: the next read by that key after the next write records them.
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
      // They wait for the next flush, if there is room.
      for (const [views, keys] of taken) for (const keyId of keys) record(keyId, views);
      onFault(error);
    }
  };
  return { record, ...writeInBackground(write, flushMs) };
}
