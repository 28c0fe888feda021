import type { RegisteredView } from "../registry/index";
import type { EntityKey } from "../serving/index";

export type Metric = "cosine" | "l2" | "inner_product";

export type Comparison = "eq" | "ne" | "lt" | "lte" | "gt" | "gte";

/**
 * A condition on values of the views that a search reads; `view` is the index of a view. A comparison with null is false,
 * and `not` is true for everything that is not true.
 */
export type VectorFilter =
  | { readonly kind: "and" | "or"; readonly filters: readonly VectorFilter[] }
  | { readonly kind: "not"; readonly filter: VectorFilter }
  | ({ readonly kind: "compare"; readonly comparison: Comparison; readonly value: string } & FilteredFeature)
  | ({ readonly kind: "in"; readonly values: readonly string[] } & FilteredFeature)
  | ({ readonly kind: "is_null"; readonly isNull: boolean } & FilteredFeature);

export interface FilteredFeature {
  readonly view: number;
  readonly feature: string;
  /** The PostgreSQL type of the values, `float8`; they are sent as texts. */
  readonly databaseType: string;
  readonly isText: boolean;
  /** Replaces null. */
  readonly fallback: string | null;
}

/** A generation that a filter reads. */
export interface FilteredView {
  readonly registered: RegisteredView;
  /** The generation's table in schema `features`. */
  readonly table: string;
  /** The tenant scope, '' for shared. */
  readonly scope: string;
  /** True if a key without a row in the scope uses the shared row. */
  readonly fallsBack: boolean;
  /** Rows with an earlier event time have expired, in microseconds since 1970 UTC; null if rows never expire. */
  readonly freshFrom: bigint | null;
}

export interface VectorSearch extends Omit<FilteredView, "fallsBack"> {
  readonly generation: number;
  readonly feature: string;
  readonly dimensions: number;
  /** The metric declared by the embedding's space, which its index uses. */
  readonly declaredMetric: Metric;
  readonly metric: Metric;
  /** The vector in PostgreSQL's form, `[0.1,0.2]`. */
  readonly vector: string;
  readonly k: number;
  /** True if rows belong to tenants. */
  readonly tenantScoped: boolean;
  /** The key to exclude from the result. */
  readonly excluded: EntityKey | null;
  readonly filter: VectorFilter | null;
  readonly filteredViews: readonly FilteredView[];
  /** The keys that match the filter, if already known. */
  readonly candidates: VectorCandidates | null;
  readonly deadlineMs: number;
}

/** The keys that match a filter. */
export interface VectorCandidates {
  readonly count: number;
  /** A PostgreSQL array (`{7,9}`) for each key part; null if there are too many keys to compare one by one. */
  readonly keys: readonly string[] | null;
  /** For views whose rows expire: the keys are the same for every `freshFrom` from `from` to `to`; a null `to` means no upper bound. */
  readonly freshness: readonly { readonly view: number; readonly from: bigint; readonly to: bigint | null }[];
}

export interface VectorHits {
  /** `hnsw`: approximate, by the index. */
  readonly method: "hnsw" | "exact";
  /** Hits, nearest first. `distance` is pgvector's: the negative inner product for that metric. */
  readonly hits: readonly { readonly key: EntityKey; readonly distance: number }[];
}
