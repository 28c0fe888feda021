import type { FeatureView } from "@featstore/definitions/compiler";

/** A view version that was read. */
export interface ReadView {
  readonly registered: { readonly view: Pick<FeatureView, "name" | "version"> };
}

/** Converts the view versions of a training set for `record`. */
export function readViews(views: readonly { readonly view: string; readonly version: number }[]): readonly ReadView[] {
  return views.map(({ view, version }) => ({ registered: { view: { name: view, version } } }));
}

/** Counts which keys read which views. */
export interface UsageTracker {
  /** Counts one read of `rows` entities, in this process only. `views` is compared by identity, for example a selection's list. */
  record(keyId: string | null, views: readonly ReadView[], rows: number): void;
}

/** Reads of one view version by one key. */
interface CountedView {
  readonly keyId: string;
  readonly view: string;
  readonly version: number;
  requests: number;
  rows: number;
}

/** The reads of views that were not written yet. */
export interface ViewCounts extends UsageTracker {
  /** Returns the counts and begins anew. */
  take(): readonly CountedView[];
}

/** Lists of views that are counted on their own. */
const MAX_LISTS = 10_000;

/** Counts by key and list of views, because a list is found by identity, and by view only when the counts are taken. */
export function createViewCounts(): ViewCounts {
  interface Count {
    requests: number;
    rows: number;
  }
  let lists = new Map<readonly ReadView[], Map<string, Count>>();
  let listCount = 0;
  let folded = new Map<string, CountedView>();
  let lastKey: string | undefined;
  let lastViews: readonly ReadView[] | undefined;
  let last: Count | undefined;

  const countOf = (keyId: string, views: readonly ReadView[]): Count => {
    let keys = lists.get(views);
    if (keys === undefined) {
      keys = new Map();
      lists.set(views, keys);
    }
    let count = keys.get(keyId);
    if (count === undefined) {
      count = { requests: 0, rows: 0 };
      keys.set(keyId, count);
      listCount += 1;
    }
    return count;
  };

  const fold = (): void => {
    for (const [views, keys] of lists) {
      for (const { registered } of views) {
        const { name: view, version } = registered.view;
        for (const [keyId, { requests, rows }] of keys) {
          const id = `${keyId} ${view}@${version}`;
          const counted = folded.get(id) ?? { keyId, view, version, requests: 0, rows: 0 };
          counted.requests += requests;
          counted.rows += rows;
          folded.set(id, counted);
        }
      }
    }
    lists = new Map();
    listCount = 0;
    lastKey = undefined;
  };

  return {
    record(keyId, views, rows) {
      if (keyId === null) return;
      if (keyId !== lastKey || views !== lastViews || last === undefined) {
        if (listCount >= MAX_LISTS) fold();
        last = countOf(keyId, views);
        lastKey = keyId;
        lastViews = views;
      }
      last.requests += 1;
      last.rows += rows;
    },
    take() {
      fold();
      const taken = [...folded.values()];
      folded = new Map();
      return taken;
    },
  };
}
