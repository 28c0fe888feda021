import type { DefaultValue, History, Metric, PlainRelation, ServiceInput, ValueType } from "@featstore/definitions";
import type { HistoryEvent, ViewState } from "../../stores/registry";

/**
 * The feature reference: what `featstore docs --format json` prints, and what the Markdown is written from.
 *
 * Members are only ever added; a change of those here gets another `format_version`. Nothing is left out: what there is
 * not is null or an empty list. Instants are `2026-01-01T00:00:00.123456Z`. Lists are in the order of their names by code
 * point, but for `key` and the features of a service, which keep their own, and versions and history: newest first.
 */
export interface ReferenceDocument {
  readonly format_version: 1;
  readonly entities: readonly EntityDocument[];
  readonly feature_views: readonly ViewDocument[];
  readonly feature_services: readonly ServiceDocument[];
  readonly embedding_spaces: readonly SpaceDocument[];
}

export interface EntityDocument {
  readonly name: string;
  readonly description: string | null;
  readonly key: readonly { readonly name: string; readonly type: ValueType }[];
  /** What says which entities exist; null: those seen in a view's source. */
  readonly population: SourceDocument | null;
  /** The names of the views about it that are in the document. */
  readonly feature_views: readonly string[];
}

/** Where a source's rows are: a table, a query, or another source's rows with columns of a third. */
export type RelationDocument =
  | PlainRelation
  | {
      readonly kind: "extended";
      readonly base: SourceDocument;
      readonly extension: SourceDocument;
      /** For each key column of the extension the base's column that holds it; both as declared. */
      readonly by: readonly { readonly key: string; readonly column: string }[];
      readonly columns: readonly string[];
    };

export interface SourceDocument {
  readonly name: string;
  readonly relation: RelationDocument;
  /** `name` is the entity's, `column` the database's. */
  readonly key: readonly { readonly name: string; readonly column: string }[];
  /** Set where `key` was chosen later: the key of which `current` rows have one each; null: `key`. */
  readonly declared_key: SourceDocument["key"] | null;
  readonly event_time: TimeDocument | null;
  readonly known_time: TimeDocument | null;
  /** Database columns that order rows of equal event time. */
  readonly tie_break: readonly string[];
  /** The database column of the tenant; null: the rows are everybody's. */
  readonly tenant: string | null;
  readonly history: History | null;
  /** Only rows for which it is true exist, in the language of definitions. */
  readonly filter: string | null;
}

export interface TimeDocument {
  readonly column: string;
  /** The IANA zone of a column that stores none. */
  readonly zone: string | null;
}

/** One version of a feature view in full, and the versions beside it. */
export interface ViewDocument {
  readonly name: string;
  readonly version: number;
  /** The version that the unpinned name means. */
  readonly promoted: number;
  /** The version that takes over with its first publish. */
  readonly next: number | null;
  readonly state: ViewState;
  readonly entity: string;
  readonly scope: "tenant" | "shared";
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly ttl_seconds: number | null;
  /** How old the served generation may get, at most; null: nothing is promised. */
  readonly freshness_seconds: number | null;
  readonly source: SourceDocument;
  /** The view's own condition on rows, in the language of definitions. */
  readonly filter: string | null;
  readonly features: readonly FeatureDocument[];
  /** The columns of the source that the view reads, each with its readers. */
  readonly columns: readonly ColumnDocument[];
  /** `hit_predictor@1`: the services that read any version of the view. */
  readonly services: readonly string[];
  readonly sql: string;
  /** The parameters of `sql` from `$2` on; `$1` is the as-of time. */
  readonly parameters: readonly (string | null)[];
  readonly versions: readonly VersionDocument[];
  readonly history: readonly EventDocument[];
}

export interface FeatureDocument {
  readonly name: string;
  readonly type: ValueType;
  readonly nullable: boolean;
  readonly description: string | null;
  readonly unit: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly allowed_values: readonly (string | number)[] | null;
  /** What is read instead of null; absent: null is. */
  readonly default?: DefaultValue;
  readonly maximum_null_fraction: number | null;
  /** Null: the view's owner answers for it. */
  readonly owner: string | null;
  /** True where the values say something of a person. */
  readonly pii: boolean;
  readonly tags: readonly string[];
  readonly embedding: { readonly space: string; readonly metric: Metric; readonly dimensions: number } | null;
  /** In the language of definitions, `latest(row.confidence)`; an aggregate used several times is a constant above. */
  readonly expression: string;
  /** The names of the columns that the expression reads. Those that filters read are not among them. */
  readonly columns: readonly string[];
  readonly services: readonly ReaderDocument[];
}

/** A service that reads a feature, and the version of the view in which it does. */
export interface ReaderDocument {
  readonly name: string;
  readonly version: number;
  readonly view_version: number;
}

export interface ColumnDocument {
  readonly name: string;
  /** As the database calls it. */
  readonly column: string;
  /** The source whose column it is: of an extended one, the base or what extends it. */
  readonly source: string;
  readonly type: ValueType;
  readonly nullable: boolean;
  readonly zone: string | null;
  /** True where its value never changes: of a source without history, it is the same at every past time. */
  readonly static: boolean;
  /** True where a filter of the source or of the view reads it: then every feature depends on it. */
  readonly filters: boolean;
  readonly features: readonly string[];
}

export interface VersionDocument {
  readonly version: number;
  readonly state: ViewState;
  /** Null where the document was not made from a registry. */
  readonly applied_at: string | null;
  readonly deprecated_at: string | null;
  readonly sunset_at: string | null;
  /** What to read instead. */
  readonly successor: string | null;
  /** What changed since the version before it; null for the first. */
  readonly evolution: {
    readonly since: number;
    readonly class: string;
    /** `features.mood: feature added` */
    readonly changes: readonly string[];
  } | null;
}

/** What happened to versions of a view or service, and who did it. */
export interface EventDocument {
  readonly at: string;
  readonly kind: HistoryEvent["kind"];
  readonly actor: string;
  readonly message: string | null;
  readonly changes: readonly {
    readonly version: number;
    /** Applied: `new`, `new_version`, `metadata`, `compiler`. */
    readonly state: string | null;
    readonly class: string | null;
    /** The version that was promoted, or compared with. */
    readonly before: number | null;
    /** Retired: from when on it is answered no longer. */
    readonly sunset: string | null;
    readonly successor: string | null;
  }[];
}

export interface ServiceDocument {
  readonly name: string;
  readonly promoted: number;
  readonly next: number | null;
  readonly versions: readonly ServiceVersionDocument[];
  readonly history: readonly EventDocument[];
}

export interface ServiceVersionDocument {
  readonly version: number;
  readonly applied_at: string | null;
  readonly entity: string;
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  /** In the order of the model's inputs, each of a pinned version. */
  readonly features: readonly PinnedFeatureDocument[];
  /** What comes with a request; absent where nothing does, as is `computed`. */
  readonly inputs?: readonly ServiceInput[];
  /** What is computed on reading; in rows it comes after `features`. */
  readonly computed?: readonly ComputedDocument[];
}

export interface ComputedDocument {
  readonly name: string;
  readonly type: ValueType;
  /** Of the answer: false where there is a default. */
  readonly nullable: boolean;
  readonly default?: DefaultValue;
  readonly description: string | null;
  readonly unit: string | null;
  /** In the language of definitions, over `features`, `inputs` and `asOf`. */
  readonly expression: string;
}

export interface PinnedFeatureDocument {
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  /** `track_profile.artist`: the feature that holds the key of the view's entity; absent where that is the service's. */
  readonly through?: string;
  /** Null, as the next two, where the document's source does not hold the pinned version. */
  readonly type: ValueType | null;
  readonly nullable: boolean | null;
  readonly description: string | null;
}

/** Vectors of one space are comparable with each other and with no others. */
export interface SpaceDocument {
  readonly space: string;
  readonly metric: Metric;
  readonly dimensions: number;
  /** `track_embeddings.lyrics` */
  readonly features: readonly string[];
}
