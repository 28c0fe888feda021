import type { Rendered } from "../render/rendered";
import { createRenderedCaches, type RenderedCache } from "../render/rendered-cache";
import { isMomentary, type Selection } from "../selection/selection";

/** Entities served from the cache of rendered responses, by a store, or by another request's read. */
export interface CacheReads {
  readonly hit: number;
  readonly miss: number;
  readonly shared: number;
}

/** The responses of one selection in one scope. */
export interface CachedResponses {
  /** By the id as it was sent. */
  readonly rendered: RenderedCache;
  /** Single reads in progress, by the id as it was sent. */
  readonly pending: Map<string, Promise<Rendered>>;
}

/** Caches rendered responses, and counts how entities were served since the start. */
export interface ResponseCache {
  of(selection: Selection, scope: string): CachedResponses;
  readonly counts: { -readonly [Way in keyof CacheReads]: number };
}

const MAX_CACHED_ID_LENGTH = 128;

export function createResponseCache(maxBytes: number): ResponseCache {
  const caches = createRenderedCaches(maxBytes);
  // Keyed by selection, so that entries are freed with the snapshot, then by scope, which is '' for shared views. A
  // scoped selection is never read without a tenant, so its '' cache stays empty.
  const bySelection = new WeakMap<Selection, Map<string, CachedResponses>>();
  return {
    of(selection, scope) {
      let byScope = bySelection.get(selection);
      if (byScope === undefined) {
        byScope = new Map();
        bySelection.set(selection, byScope);
      }
      let cached = byScope.get(scope);
      if (cached === undefined) {
        cached = { rendered: caches.create(), pending: new Map() };
        byScope.set(scope, cached);
      }
      return cached;
    },
    counts: { hit: 0, miss: 0, shared: 0 },
  };
}

/** Caches a response that later requests may get. Unknown ids are not cached: random ones would evict the known ones. */
export function cacheRendered(
  cache: RenderedCache,
  selection: Selection,
  id: string,
  rendered: Rendered,
  now: number,
): void {
  if (rendered.status === "unknown_entity" || rendered.validUntil < now || !isRepeatable(selection)) return;
  if (!selection.hasVectors && id.length <= MAX_CACHED_ID_LENGTH) cache.set(id, rendered);
}

/** Returns whether the next request gets the same response: it depends neither on request inputs nor on the time. */
export function isRepeatable(selection: Selection): boolean {
  return (selection.computed?.inputs.length ?? 0) === 0 && !isMomentary(selection);
}
