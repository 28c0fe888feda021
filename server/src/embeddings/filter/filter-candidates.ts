import { type BoundedMap, createBoundedMap } from "../../core/index";
import type { RegistrySnapshot } from "../../registry/index";
import type { VectorCandidates, VectorSearch } from "../vector-search";
import type { VectorStore } from "../vector-store";

/** Caches the candidates of filters: a generation's rows never change, and the same filters recur. */
export interface FilterCandidates {
  /**
   * Returns the candidates for the registry at the time of the search; null: they cannot be known before the search.
   */
  of(snapshot: RegistrySnapshot, search: VectorSearch): Promise<VectorCandidates | null>;
}

/**
 * Filters per registry snapshot. The keys of a filter with five thousand candidates take up to a few hundred kilobytes.
 */
const MAX_FILTERS = 32;

export function createFilterCandidates(vectors: Pick<VectorStore, "candidates">): FilterCandidates {
  const bySnapshot = new WeakMap<RegistrySnapshot, BoundedMap<Promise<VectorCandidates>>>();
  return {
    async of(snapshot, search) {
      if (search.filter === null) return null;
      let known = bySnapshot.get(snapshot);
      if (known === undefined) {
        known = createBoundedMap(MAX_FILTERS);
        bySnapshot.set(snapshot, known);
      }
      const text = textOf(search);
      const remembered = await known.get(text);
      if (remembered !== undefined && isStillFresh(remembered, search)) return remembered;
      const found = vectors.candidates(search);
      if (found === null) return null;
      known.set(text, found);
      found.catch(() => known.delete(text));
      return found;
    },
  };
}

/** Returns whether none of the rows behind the candidates has expired since. */
function isStillFresh({ freshness }: VectorCandidates, { filteredViews }: VectorSearch): boolean {
  return freshness.every(({ view, from, to }) => {
    const now = filteredViews[view]?.freshFrom ?? null;
    return now !== null && now >= from && (to === null || now <= to);
  });
}

/** Returns a cache key: everything that the filter's result depends on besides the snapshot and the time. */
function textOf({ filter, filteredViews }: VectorSearch): string {
  return JSON.stringify([filter, filteredViews.map(({ table, scope, fallsBack }) => [table, scope, fallsBack])]);
}
