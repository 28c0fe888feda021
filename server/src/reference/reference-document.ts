import type {
  DefaultValue,
  History,
  Metric,
  PlainRelation,
  ServiceInput,
  ValueType,
} from "@featstore/definitions/compiler";
import type { HistoryEvent, ViewState } from "../registry/index";

/**
 * The feature reference: the output of `featstore docs --format json` and the source of its Markdown.
 *
 * New members may be added; a change of existing ones raises `format_version`. Missing values are null or empty lists.
 * Instants are `2026-01-01T00:00:00.123456Z`. Lists are ordered by name and code point, except `key` and the features of a
 * service, which keep their order, and versions and history, which are newest first.
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
  /** The source of existing entities; null if they are those in a view's source. */
  readonly population: SourceDocument | null;
  /** The names of its views in the document. */
  readonly feature_views: readonly string[];
}

/** The rows of a source: a table, a query, files, or a base source extended with columns of another. */
export type RelationDocument =
  | PlainRelation
  | {
      readonly kind: "extended";
      readonly base: SourceDocument;
      readonly extension: SourceDocument;
      /** The base column for each key column of the extension, both as declared. */
      readonly by: readonly { readonly key: string; readonly column: string }[];
      readonly columns: readonly string[];
    };

export interface SourceDocument {
  readonly name: string;
  readonly relation: RelationDocument;
  /** `name` is the entity's name, `column` the database's. */
  readonly key: readonly { readonly name: string; readonly column: string }[];
  /** The key that is unique in `current` rows, if `key` was chosen later; null if it is `key`. */
  readonly declared_key: SourceDocument["key"] | null;
  readonly event_time: TimeDocument | null;
  readonly known_time: TimeDocument | null;
  /** Database columns that order rows of equal event time. */
  readonly tie_break: readonly string[];
  /** The database column of the tenant; null if the rows are shared. */
  readonly tenant: string | null;
  readonly history: History | null;
  /** The condition on the source's rows, in the language of definitions. */
  readonly filter: string | null;
}

export interface TimeDocument {
  readonly column: string;
  /** The IANA zone of a column without one. */
  readonly zone: string | null;
}

/** One version of a feature view in full, with a list of all versions. */
export interface ViewDocument {
  readonly name: string;
  readonly version: number;
  /** The version of the unpinned name. */
  readonly promoted: number;
  /** The version that is promoted with its first publish. */
  readonly next: number | null;
  readonly state: ViewState;
  readonly entity: string;
  readonly scope: "tenant" | "shared";
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly ttl_seconds: number | null;
  /** Maximum age of the served generation in seconds; null if none is promised. */
  readonly freshness_seconds: number | null;
  readonly source: SourceDocument;
  /** The view's own condition on rows, in the language of definitions. */
  readonly filter: string | null;
  readonly features: readonly FeatureDocument[];
  /** The source columns that the view reads, each with its readers. */
  readonly columns: readonly ColumnDocument[];
  /** `party_predictor@1`: the services that read any version of the view. */
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
  /** The value read instead of null; absent if there is none. */
  readonly default?: DefaultValue;
  readonly maximum_null_fraction: number | null;
  /** Null if the view's owner is responsible. */
  readonly owner: string | null;
  /** True if the values are personal data. */
  readonly pii: boolean;
  readonly tags: readonly string[];
  readonly embedding: { readonly space: string; readonly metric: Metric; readonly dimensions: number } | null;
  /** In the language of definitions, `latest(row.confidence)`; an aggregate used several times is a constant above. */
  readonly expression: string;
  /** The columns that the expression reads, without those of filters. */
  readonly columns: readonly string[];
  readonly services: readonly ReaderDocument[];
}

/** A service that reads a feature, and the view version it reads. */
export interface ReaderDocument {
  readonly name: string;
  readonly version: number;
  readonly view_version: number;
}

export interface ColumnDocument {
  readonly name: string;
  /** The database's name. */
  readonly column: string;
  /** The source of the column: for an extended source, the base or the extension. */
  readonly source: string;
  readonly type: ValueType;
  readonly nullable: boolean;
  readonly zone: string | null;
  /** True if the value never changes, so that it is known at every past time even without history. */
  readonly static: boolean;
  /** True if a filter of the source or the view reads it; every feature then depends on it. */
  readonly filters: boolean;
  readonly features: readonly string[];
}

export interface VersionDocument {
  readonly version: number;
  readonly state: ViewState;
  /** Null if the document was not built from a registry. */
  readonly applied_at: string | null;
  readonly deprecated_at: string | null;
  readonly sunset_at: string | null;
  /** The version to read instead. */
  readonly successor: string | null;
  /** Changes since the previous version; null for the first. */
  readonly evolution: {
    readonly since: number;
    readonly class: string;
    /** `features.sentiment: feature added` */
    readonly changes: readonly string[];
  } | null;
}

/** An event of a view's or service's versions, with its actor. */
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
    /** The previously promoted version, or the version compared with. */
    readonly before: number | null;
    /** Retired: the end of serving. */
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
  /** Pinned features in the order of the model's inputs. */
  readonly features: readonly PinnedFeatureDocument[];
  /** Request inputs; absent if there are none. */
  readonly inputs?: readonly ServiceInput[];
  /** Computed features; they follow `features` in rows. Absent if there are none. */
  readonly computed?: readonly ComputedDocument[];
}

export interface ComputedDocument {
  readonly name: string;
  readonly type: ValueType;
  /** True if the response may be null; false with a default. */
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
  /** The feature that holds the key of the view's entity, `speech_profile.speaker`; absent for the service's own entity. */
  readonly through?: string;
  /** Null, like the next two, if the document's subject does not have the pinned version. */
  readonly type: ValueType | null;
  readonly nullable: boolean | null;
  readonly description: string | null;
}

/** A space; only vectors of the same space are comparable. */
export interface SpaceDocument {
  readonly space: string;
  readonly metric: Metric;
  readonly dimensions: number;
  /** `speech_embeddings.text` */
  readonly features: readonly string[];
}
