import type { Expression, LiteralExpression } from "./expressions";
import type { KeyType, ScalarType, ValueType, VectorType } from "./types";

/** The version of this data format; the registry stores it beside every definition. */
export const IR_VERSION = 1;

/** A column as the author names and types it, and as the database calls it. */
export interface SourceColumn {
  readonly name: string;
  /** The name in the database; the same as `name` unless `.from("…")` says otherwise. */
  readonly column: string;
  readonly type: ValueType;
  readonly nullable: boolean;
  /** IANA zone of a `timestamp without time zone` column; null where the column knows its zone or is no timestamp. */
  readonly zone: string | null;
  /** Set where the value never changes: of a source without history, it is the same at every past time. */
  readonly static?: true;
}

/** A time column of a source. `zone` as in `SourceColumn`. */
export interface TimeColumn {
  readonly column: string;
  readonly zone: string | null;
}

export type Relation =
  /** `schema`: null where the author named none, until `apply` notes the one in which it found the table. */
  | { readonly kind: "table"; readonly schema: string | null; readonly table: string }
  /** `searchPath`: the schemas in which `apply` found what the query names without one; absent where it names nothing so. */
  | { readonly kind: "query"; readonly text: string; readonly searchPath?: readonly string[] }
  | ExtendedRelation;

/**
 * The rows of `base`, each with columns of the one row of `extension` that has its key; nulls where there is none. The
 * base's columns have their names of the database, the extension's those they are declared under.
 */
export interface ExtendedRelation {
  readonly kind: "extended";
  /** Without its filter, which the extended source has. */
  readonly base: Source;
  readonly extension: Source;
  /** For each key column of the extension the base's column that holds it; both as declared. */
  readonly by: readonly { readonly key: string; readonly column: string }[];
  /** The extension's columns that are taken, as declared. */
  readonly columns: readonly string[];
}

/**
 * What may be known of a source's past: `events` are append-only facts, `versions` rows with a validity start,
 * `current` one row per key, updated in place.
 */
export type History = "events" | "versions" | "current";

export interface Source {
  readonly kind: "source";
  readonly name: string;
  readonly relation: Relation;
  /** The columns that hold the entity key; their names are the entity's key names. */
  readonly key: readonly SourceColumn[];
  /** Set where `key` was chosen later: the key that the source was declared with, of which `current` rows have one each. */
  readonly declaredKey?: readonly SourceColumn[];
  readonly columns: readonly SourceColumn[];
  readonly eventTime: TimeColumn | null;
  readonly knownTime: TimeColumn | null;
  /** Database columns that order rows of equal event time. */
  readonly tieBreak: readonly string[];
  /** Database column of the tenant; null: the rows belong to the shared scope. */
  readonly tenant: string | null;
  /** Null where the author declared nothing; `check --strict` refuses that. */
  readonly history: History | null;
  /** How long after its known time, else its event time, a row may come or change; absent: any time. Never part of its meaning. */
  readonly latenessSeconds?: number;
  /** Only rows for which this is true exist. */
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
  /** The source that says which entities exist; null: those seen in a view's source. */
  readonly population: Source | null;
  readonly description: string | null;
}

export type Metric = "cosine" | "l2" | "inner_product";

/** Set on features of a vector type: vectors are comparable within one space only. */
export interface EmbeddingSpace {
  readonly space: string;
  readonly metric: Metric;
}

/** What a feature promises. Never part of its meaning. */
export interface Contract {
  readonly description: string | null;
  readonly unit: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly allowedValues: readonly (string | number)[] | null;
  readonly maximumNullFraction: number | null;
  readonly tags: readonly string[];
  /** Who answers for it, where it is not the view's owner. */
  readonly owner?: string;
  /** Set where the values say something of a person: what is logged and shown may leave them out. */
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
   * What is read instead of null, in the form that a literal of `type` has; absent: null is. The stored value stays null,
   * and `nullable` speaks of that one.
   */
  readonly default?: DefaultValue;
}

/** The constant that stands for null: never null itself. */
export type DefaultValue = NonNullable<LiteralExpression["value"]>;

/** Times that come again and again: a cron expression of five fields, in an IANA zone. */
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
  /** A row older than this at the moment of reading is `expired`; null: never. */
  readonly ttlSeconds: number | null;
  /** How old the served generation may get, at most; absent: nothing is promised. Never part of its meaning. */
  readonly freshnessSeconds?: number;
  /** When it is materialized; absent: when someone does, or as its freshness needs it. Never part of its meaning. */
  readonly schedule?: Schedule;
  /** When every row is computed anew, so that deletions are found; absent: once a night. Never part of its meaning. */
  readonly reconcile?: Schedule;
  /** A generation with fewer rows is not published; absent: any number is. Never part of its meaning. */
  readonly minimumRows?: number;
  /** A generation that has lost a larger share of the served one's rows is not published; absent: it is. Never part of its meaning. */
  readonly maximumShrink?: number;
  /** The name that the view had before: its versions, in the registry, are taken over. Never part of its meaning. */
  readonly renamedFrom?: string;
  /** Sorted by name. */
  readonly features: readonly Feature[];
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** One feature of one view version; `features` of a service are in the author's order, the model's input order. */
export interface FeatureReference {
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  /**
   * Set where the view describes another entity: the feature of the service's own entity that holds the other's key, of
   * one column. The reference reads the entity that it names.
   */
  readonly through?: FeatureReference;
}

/** A value that comes with the request. */
export interface ServiceInput {
  readonly name: string;
  readonly type: ScalarType | VectorType;
  /** False: a request without it is refused. */
  readonly nullable: boolean;
  readonly description: string | null;
}

/**
 * A value computed on reading, from stored features and inputs. In its expression a feature is a column named
 * `view.feature`, nullable unless it has a default, and an input one named `input.name`.
 */
export interface ComputedFeature {
  readonly name: string;
  readonly expression: Expression;
  readonly type: ValueType;
  readonly nullable: boolean;
  /** As that of a feature. */
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
  /** In the author's order; absent where there are none, as is `computed`. */
  readonly inputs?: readonly ServiceInput[];
  /** In the author's order; in rows they come after `features`. */
  readonly computed?: readonly ComputedFeature[];
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** Everything `apply` takes at once. */
export interface Definitions {
  readonly featureViews: readonly FeatureView[];
  readonly featureServices: readonly FeatureService[];
}

/** `tenant` when the view's source or its entity's population names a tenant column, else `shared`. */
export function scopeOf(view: FeatureView): "tenant" | "shared" {
  return view.source.tenant !== null || view.entity.population?.tenant != null ? "tenant" : "shared";
}
