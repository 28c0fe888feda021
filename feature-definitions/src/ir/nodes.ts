import type { Expression, LiteralExpression } from "./expressions";
import type { KeyType, ScalarType, ValueType, VectorType } from "./types";

/** The version of this data format; the registry stores it with every definition. */
export const IR_VERSION = 1;

/** A column: its name and type as declared, and its name in the database. */
export interface SourceColumn {
  readonly name: string;
  /** The name in the database; the same as `name` unless `.from("…")` says otherwise. */
  readonly column: string;
  readonly type: ValueType;
  readonly nullable: boolean;
  /** IANA zone of a `timestamp without time zone` column; null if the column stores its zone or is not a timestamp. */
  readonly zone: string | null;
  /** Set if the value never changes: in a source without history, it is the same at every past time. */
  readonly static?: true;
}

/** A time column of a source. `zone` as in `SourceColumn`. */
export interface TimeColumn {
  readonly column: string;
  readonly zone: string | null;
}

/** The engine that computes a relation without `engine`: the PostgreSQL database of the store. */
export const DEFAULT_ENGINE = "postgres";

/** `engine`: the name of the engine that reads the relation; absent: `DEFAULT_ENGINE`. */
export type Relation =
  /**
   * `schema`: null if the author named none, until `apply` records the schema in which it found the table. With an
   * engine, a table of the PostgreSQL database that the engine's settings name.
   */
  | { readonly kind: "table"; readonly schema: string | null; readonly table: string; readonly engine?: string }
  /**
   * A text in the engine's SQL. `searchPath`: the schemas in which `apply` resolved unqualified names of the query;
   * absent if there are none.
   */
  | {
      readonly kind: "query";
      readonly text: string;
      readonly searchPath?: readonly string[];
      readonly engine?: string;
    }
  | FilesRelation
  | IcebergRelation
  | ExtendedRelation;

/** Parquet files that an engine reads. */
export interface FilesRelation {
  readonly kind: "files";
  readonly engine: string;
  /** A path or a glob, local or `s3://bucket/…`; a relative path is below the first root, a folder. */
  readonly path: string;
  /** The columns that names of folders hold, `day=2026-01-31`, in the author's order; absent if there are none. */
  readonly partitions?: readonly FilePartition[];
}

/** A table in a catalog of Iceberg tables, which an engine reads: `lake.music.plays`. */
export interface IcebergRelation {
  readonly kind: "iceberg";
  readonly engine: string;
  /** The catalog's name in the settings of the engine's cluster. */
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** The snapshot that is read, as the table numbers them; absent: the current one. Definitions name none. */
  readonly snapshot?: string;
}

/** A column whose values are in the names of folders. */
export interface FilePartition {
  readonly name: string;
  readonly type: "string" | "int32" | "int64" | "date";
  /** The part of the event time, in UTC, that the column holds: `day` is the date. Scans then skip folders by time. */
  readonly holds?: "year" | "month" | "day";
}

/**
 * The rows of `base`, each with columns of the one row of `extension` that has its key; nulls if there is none. The
 * base's columns have their database names, the extension's columns their declared names.
 */
export interface ExtendedRelation {
  readonly kind: "extended";
  /** Without its filter, which belongs to the extended source. */
  readonly base: Source;
  readonly extension: Source;
  /** For each key column of the extension, the base's column that holds it; both by declared names. */
  readonly by: readonly { readonly key: string; readonly column: string }[];
  /** The columns taken from the extension, as declared. */
  readonly columns: readonly string[];
}

/**
 * How much of a source's past is known: `events` are append-only facts, `versions` are rows with a validity start,
 * `current` is one row per key, updated in place.
 */
export type History = "events" | "versions" | "current";

export interface Source {
  readonly kind: "source";
  readonly name: string;
  readonly relation: Relation;
  /** The columns that hold the entity key; their names are the entity's key names. */
  readonly key: readonly SourceColumn[];
  /**
   * Set if `key` was chosen later: the key that the source was declared with, of which `current` rows have one each.
   */
  readonly declaredKey?: readonly SourceColumn[];
  readonly columns: readonly SourceColumn[];
  readonly eventTime: TimeColumn | null;
  readonly knownTime: TimeColumn | null;
  /** Database columns that order rows of equal event time. */
  readonly tieBreak: readonly string[];
  /** Database column of the tenant; null: the rows belong to the shared scope. */
  readonly tenant: string | null;
  /** Null if the author declared nothing; `check --strict` rejects that. */
  readonly history: History | null;
  /**
   * How long after its known time, or else its event time, a row may arrive or change; absent: any time. Never part of
   * its meaning.
   */
  readonly latenessSeconds?: number;
  /** Only rows for which this is true belong to the source. */
  readonly filter: Expression | null;
}

export interface EntityKey {
  readonly name: string;
  readonly type: KeyType;
}

export interface Entity {
  readonly kind: "entity";
  readonly name: string;
  readonly key: readonly EntityKey[];
  /** The source that lists which entities exist; null: those that occur in a view's source. */
  readonly population: Source | null;
  readonly description: string | null;
}

export type Metric = "cosine" | "l2" | "inner_product";

/** Set on features of a vector type: vectors are comparable within one space only. */
export interface EmbeddingSpace {
  readonly space: string;
  readonly metric: Metric;
}

/** The contract of a feature. Never part of its meaning. */
export interface Contract {
  readonly description: string | null;
  readonly unit: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly allowedValues: readonly (string | number)[] | null;
  readonly maximumNullFraction: number | null;
  readonly tags: readonly string[];
  /** The owner of the feature, if it is not the view's owner. */
  readonly owner?: string;
  /** Set if the values are personal data, which logs and displays may omit. */
  readonly pii?: true;
}

export interface Feature {
  readonly name: string;
  readonly expression: Expression;
  readonly type: ValueType;
  readonly nullable: boolean;
  readonly embedding: EmbeddingSpace | null;
  readonly contract: Contract;
  /**
   * The default that is read instead of null, in the form of a literal of `type`; if absent, null is read. The stored
   * value stays null, and `nullable` refers to that value.
   */
  readonly default?: DefaultValue;
}

/** The constant that replaces null; never null itself. */
export type DefaultValue = NonNullable<LiteralExpression["value"]>;

/** A schedule: a cron expression of five fields, in an IANA zone. */
export interface Schedule {
  /** `0 3 * * *`: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  readonly zone: string;
}

export interface FeatureView {
  readonly kind: "feature_view";
  readonly irVersion: number;
  readonly name: string;
  readonly version: number;
  readonly entity: Entity;
  readonly source: Source;
  /** The view's own `where`, over the source's rows. */
  readonly filter: Expression | null;
  /** A row older than this when it is read is `expired`; null: never. */
  readonly ttlSeconds: number | null;
  /** The maximum age of the served generation; absent: no promise. Never part of its meaning. */
  readonly freshnessSeconds?: number;
  /** When the view is materialized; absent: on demand, or as its freshness requires. Never part of its meaning. */
  readonly schedule?: Schedule;
  /** When every row is recomputed, so that deletions are found; absent: once a night. Never part of its meaning. */
  readonly reconcile?: Schedule;
  /** A generation with fewer rows is not published; absent: no minimum. Never part of its meaning. */
  readonly minimumRows?: number;
  /**
   * A generation that has lost a larger share of the served one's rows is not published; absent: no limit. Never part
   * of its meaning.
   */
  readonly maximumShrink?: number;
  /** The view's former name, whose versions in the registry it takes over. Never part of its meaning. */
  readonly renamedFrom?: string;
  /** Sorted by name. */
  readonly features: readonly Feature[];
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** A feature of a view version; a service's `features` are in the author's order, the model's input order. */
export interface FeatureReference {
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  /**
   * Set if the view describes another entity: the feature of the service's own entity that holds the other entity's
   * key, a single column. The reference reads the entity with that key.
   */
  readonly through?: FeatureReference;
}

/** A value sent with the request. */
export interface ServiceInput {
  readonly name: string;
  readonly type: ScalarType | VectorType;
  /** If false, a request without it is rejected. */
  readonly nullable: boolean;
  readonly description: string | null;
}

/**
 * A value computed at read time from stored features and inputs. In its expression, a feature is a column named
 * `view.feature`, nullable unless it has a default, and an input is a column named `input.name`.
 */
export interface ComputedFeature {
  readonly name: string;
  readonly expression: Expression;
  readonly type: ValueType;
  readonly nullable: boolean;
  /** As for a feature. */
  readonly default?: DefaultValue;
  readonly contract: Contract;
}

export interface FeatureService {
  readonly kind: "feature_service";
  readonly irVersion: number;
  readonly name: string;
  readonly version: number;
  readonly entity: string;
  readonly features: readonly FeatureReference[];
  /** In the author's order; absent if there are none, like `computed`. */
  readonly inputs?: readonly ServiceInput[];
  /** In the author's order; in rows they come after `features`. */
  readonly computed?: readonly ComputedFeature[];
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** `tenant` when the view's source or its entity's population names a tenant column, else `shared`. */
export function scopeOf(view: FeatureView): "tenant" | "shared" {
  return view.source.tenant !== null || view.entity.population?.tenant != null ? "tenant" : "shared";
}
