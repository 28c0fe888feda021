import type {
  CompiledServiceTrainingSet,
  ComputedFeature,
  Feature,
  FeatureView,
  ServiceInput,
  ValueType,
} from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";
import type { AppliedView } from "./applied-view";

/**
 * Joins the spines of training sets with the values known at their rows' times. A spine is a table of PostgreSQL as long as its
 * training set is made; other engines read a copy.
 */
export interface Spines {
  /** Loads a new spine from CSV lines: row, tenant, keys, as-of time, passthrough. Returns the number of rows. */
  loadSpine(
    spine: Spine,
    keys: readonly string[],
    lines: AsyncIterable<string>,
    options?: CallOptions,
  ): Promise<number>;
  /** Returns a spine that was loaded before, maybe by another process. */
  loadedSpine(spine: Spine, keys: readonly string[], options?: CallOptions): LoadedSpineTable;
  /** Returns whether a loaded spine contains the key, texts by name; undefined if the spine is gone. */
  isInSpine(spine: Spine, key: Readonly<Record<string, string>>, options?: CallOptions): Promise<boolean | undefined>;
  /** Streams the rows of a user's query as JSON objects, in a read-only transaction. */
  readQuery(query: string, options?: CallOptions): AsyncIterable<string>;
  /**
   * Streams the rows of Parquet files, which are below the roots of the engine, as JSON objects.
   * Errors: `engine_unknown`, `path_outside_roots`, `engine_source_failed`.
   */
  readSpine(files: { readonly engine: string; readonly path: string }, options?: CallOptions): AsyncIterable<string>;
  /**
   * Measures the join of a loaded spine with each view's source and chooses the cheaper plan of each view.
   * Errors: `training_set_too_costly` if an unavoidable join examines more pairs than allowed.
   */
  planJoin(
    spine: SpineAt,
    features: JoinedFeatures,
    maxJoinedRows: number,
    options?: CallOptions,
  ): Promise<PlannedJoin>;
  /** Streams the rows of a join in spine order, with the spine's keys and passthrough columns. */
  joinedRows(
    spine: Spine,
    keys: readonly string[],
    join: PlannedJoin,
    options?: CallOptions,
  ): AsyncIterable<readonly JoinedRow[]>;
  /** Streams the same rows without the spine's columns, and with the event time of each feature instead of each view. */
  labelRows(join: PlannedJoin, options?: CallOptions): AsyncIterable<readonly JoinedRow[]>;
  /** Removes what an engine stores of a spine besides the table, after its training set has ended. */
  removeSpine(spine: Spine): Promise<void>;
  /** Removes the same on this machine for the spines whose training sets have ended: `endedOf` returns those among these ids. */
  sweepSpines(endedOf: (ids: readonly string[]) => Promise<readonly string[]>): Promise<void>;
}

/** The spine of a training set, which has its id. */
export interface Spine {
  readonly id: string;
}

/** A loaded spine whose times are moved into the future by `secondsLater`. */
export interface SpineAt extends Spine {
  readonly rows: number;
  readonly secondsLater: number;
}

/** A spine table that may have lost its rows: a crash of PostgreSQL empties it. */
export interface LoadedSpineTable {
  rows(): Promise<number>;
  /** The CSV lines that it was loaded from. */
  lines(): AsyncIterable<string>;
  empty(): Promise<void>;
}

/** A feature of a view. */
export interface JoinedFeature {
  readonly registered: AppliedView;
  readonly feature: Feature;
  /** The column of a feature that holds the key of the view's entity, if that is another entity, and this feature. */
  readonly column: string;
  readonly through?: JoinedFeature;
}

export interface JoinedFeatures {
  readonly features: readonly JoinedFeature[];
  /** Features read for computed features and for the keys of other entities, not part of the result. */
  readonly needed: readonly JoinedFeature[];
  readonly computed: readonly ComputedFeature[];
  /** The inputs of computed features, in the spine's passthrough column. */
  readonly inputs: readonly ServiceInput[];
}

/** The planned join of a spine: the statement of one engine, or one of each engine that computes some of its views. */
export type PlannedJoin = EngineJoin | MixedJoin;

/** A join that one engine computes. */
export interface EngineJoin extends JoinShape {
  readonly kind: "engine";
  readonly engine: string;
  readonly spine: SpineAt;
  readonly compiled: CompiledServiceTrainingSet;
  /** The views that its statement reads, in any order. */
  readonly views: readonly FeatureView[];
}

/** A join whose views are computed by several engines; their rows are in the same order. */
export interface MixedJoin extends JoinShape {
  readonly kind: "mixed";
  readonly parts: readonly JoinPart[];
}

/** The part of a join that one engine computes. */
export interface JoinPart {
  readonly join: EngineJoin;
  /** The index of each of its columns in the whole join. */
  readonly columns: readonly number[];
  /** The index of each of its views in the whole join. `isOwn`: the event times of the view are those of this part. */
  readonly views: readonly { readonly index: number; readonly isOwn: boolean }[];
}

/** The columns and views of a join. Views are first those of the spine's own entity, then the others. */
interface JoinShape {
  /** The strategy of each view. */
  readonly strategies: readonly ("join" | "running")[];
  /** Of the features, then of the computed ones. */
  readonly columns: readonly JoinedColumn[];
  /** For each feature, true if its source keeps no history, so that every value is null. */
  readonly withoutHistory: readonly boolean[];
  /** Measured pairs of source and spine rows that each view's join examines. */
  readonly joinedRows: readonly number[];
  /** Spine rows earlier than the stored history of each view whose source has none. */
  readonly beforeHistory: readonly number[];
}

/** A column of a join; `view` is the index of its view, from 0, and null for a computed feature. */
export interface JoinedColumn {
  readonly name: string;
  readonly type: ValueType;
  readonly view: number | null;
}

/**
 * Texts by name: `at` the as-of time in microseconds, `k1` … the keys, `p` the passthrough columns as a JSON object, `e1` … the event
 * time in microseconds of each view (of each feature for labels), `f1` … the values as JSON texts, `l1` … a JSON array of the features
 * of each view that lost a value.
 */
export type JoinedRow = Readonly<Record<string, string | null>>;

/** Groups the features of other entities by the feature that holds the key. */
export function groupsJoined<Joined extends JoinedFeature>(
  features: readonly Joined[],
): readonly (readonly Joined[])[] {
  const groups = new Map<string, Joined[]>();
  for (const feature of features) {
    if (feature.through === undefined) continue;
    const key = feature.through.column;
    groups.set(key, [...(groups.get(key) ?? []), feature]);
  }
  return [...groups.values()];
}
