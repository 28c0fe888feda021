import type { RegistrySnapshot } from "../../stores/registry";
import type { VectorCandidates, VectorSearch, VectorStore } from "../../stores/vector-store";
import { type BoundedMap, createBoundedMap } from "../bounded-map";

/** Remembers what filters keep: a generation's rows never change, and the same filters come again and again. */
export interface FilterCandidates {
  /** Of the registry as it was when the search was made; null: not to be known before the search. */
  of(snapshot: RegistrySnapshot, search: VectorSearch): Promise<VectorCandidates | null>;
}

/** Filters by registry snapshot. The keys of one that keeps five thousand take up to a few hundred kilobytes. */
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
      if (remembered !== undefined && isFreshAlike(remembered, search)) return remembered;
      const found = vectors.candidates(search);
      if (found === null) return null;
      known.set(text, found);
      found.catch(() => known.delete(text));
      return found;
    },
  };
}

/** Whether none of the rows that it was found by has expired since. */
function isFreshAlike({ freshness }: VectorCandidates, { filteredViews }: VectorSearch): boolean {
  return freshness.every(({ view, from, to }) => {
    const now = filteredViews[view]?.freshFrom ?? null;
    return now !== null && now >= from && (to === null || now <= to);
  });
}

/** What the filter's result depends on, beside the snapshot and the moment. */
function textOf({ filter, filteredViews }: VectorSearch): string {
  return JSON.stringify([filter, filteredViews.map(({ table, scope, fallsBack }) => [table, scope, fallsBack])]);
}
