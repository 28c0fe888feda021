import type { CallOptions } from "../database/database";
import type { EntityKey } from "./online-store";
import type { RegisteredView } from "./registry";

export type Metric = "cosine" | "l2" | "inner_product";

export type Comparison = "eq" | "ne" | "lt" | "lte" | "gt" | "gte";

/**
 * A condition on values of the views that a search reads, which `view` counts. A comparison with null is false, `not` is
 * true of whatever is not true.
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
  /** PostgreSQL's type, `float8`, as which the values travel as texts. */
  readonly databaseType: string;
  readonly isText: boolean;
  /** What stands in for null. */
  readonly fallback: string | null;
}

/** A generation whose values are compared. */
export interface FilteredView {
  readonly registered: RegisteredView;
  /** The generation's table in schema `features`. */
  readonly table: string;
  /** The tenant scope, '' for shared. */
  readonly scope: string;
  /** A key without a row in the scope has the shared one. */
  readonly fallsBack: boolean;
  /** Rows with an earlier event time have expired: microseconds since 1970 UTC; null: none do. */
  readonly freshFrom: bigint | null;
}

export interface VectorSearch extends Omit<FilteredView, "fallsBack"> {
  readonly generation: number;
  readonly feature: string;
  readonly dimensions: number;
  /** What the embedding's space declares, and so its index is of. */
  readonly declaredMetric: Metric;
  readonly metric: Metric;
  /** As PostgreSQL reads it, `[0.1,0.2]`. */
  readonly vector: string;
  readonly k: number;
  /** Whether rows belong to tenants. */
  readonly tenantScoped: boolean;
  /** Is left out. */
  readonly excluded: EntityKey | null;
  readonly filter: VectorFilter | null;
  readonly filteredViews: readonly FilteredView[];
  /** What the filter keeps, where that is known already. */
  readonly candidates: VectorCandidates | null;
  readonly deadlineMs: number;
}

/** The keys that a filter keeps. */
export interface VectorCandidates {
  readonly count: number;
  /** For each part of the key an array as PostgreSQL reads it, `{7,9}`; null: they are too many to be compared one by one. */
  readonly keys: readonly string[] | null;
  /** Views whose rows expire: the keys are the same for every `freshFrom` from `from` to `to`; null: for any later one. */
  readonly freshness: readonly { readonly view: number; readonly from: bigint; readonly to: bigint | null }[];
}

export interface VectorHits {
  /** `hnsw`: by the index, approximately. */
  readonly method: "hnsw" | "exact";
  /** Nearest first. `distance` is pgvector's: of inner products, the negative one. */
  readonly hits: readonly { readonly key: EntityKey; readonly distance: number }[];
}

/** What is known of an embedding's table of vectors. */
export interface VectorTable {
  readonly feature: string;
  /** The newest generation that it has. */
  readonly generation: number | null;
  readonly rows: number;
  /** Null: there is none, every search is exact. */
  readonly index: {
    readonly kind: "hnsw";
    readonly m: number;
    readonly ef_construction: number;
    readonly ef_search: number;
  } | null;
  /** Of the `at` nearest, against exact search, for a sample of the vectors. */
  readonly recall: { readonly at: number; readonly sample: number; readonly recall: number } | null;
}

/** Search among the vectors of one generation. Failures are `OnlineStoreError`s. */
export interface VectorStore {
  search(search: VectorSearch): Promise<VectorHits>;
  /** What the search's filter keeps, before any vector is looked at; null: that depends on the vectors. */
  candidates(search: VectorSearch): Promise<VectorCandidates> | null;
  /** The tables of a view version's vectors, by feature. */
  tables(view: string, version: number, options?: CallOptions): Promise<readonly VectorTable[]>;
}
