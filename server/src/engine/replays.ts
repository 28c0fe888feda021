import type { ComputedFeature, FeatureView, StoredRows, ValueType } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";

/** Computes rows of a few entities as of past times. */
export interface Replays {
  /**
   * Computes a view's rows for entities as of their times, by the compiler of training sets, in the order of `rows`. No row is
   * expired: the ttl is judged at the time of the response. `storedRows`: the store's rows of a view whose source keeps no history.
   */
  rowsAsOf(
    view: FeatureView,
    rows: readonly ReplayRow[],
    options?: CallOptions,
    storedRows?: StoredRows | null,
  ): Promise<readonly ViewRow[]>;
  /** Computes for each entity and feature the sum of absolute values of its float sums; features without any are absent. */
  magnitudesAsOf(
    view: FeatureView,
    rows: readonly ReplayRow[],
    options?: CallOptions,
  ): Promise<readonly ReadonlyMap<string, number>[]>;
  /**
   * Separates the rows that were written before a generation's watermark from later ones. Null if the sources do not show which
   * transaction wrote a row.
   */
  writtenBefore(
    view: FeatureView,
    rows: readonly ReplayRow[],
    watermark: Watermark,
    options?: CallOptions,
  ): Promise<WrittenBefore | null>;
  /** Computes features of a service by SQL, from JSON objects of the columns that they read; returns JSON texts by name. */
  computeFeatures(
    computed: readonly ComputedFeature[],
    columns: readonly { readonly name: string; readonly type: ValueType }[],
    rows: readonly { readonly values: string; readonly asOf: bigint }[],
    options?: CallOptions,
  ): Promise<readonly ReadonlyMap<string, string>[]>;
}

/** A row of a spine: entity key, scope and as-of time. */
export interface ReplayRow {
  readonly tenant: string;
  readonly key: readonly string[];
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
}

/** One entity's row of a view, from a table or a replay. */
export interface ViewRow {
  /** Microseconds since 1970 UTC; null without source rows. */
  readonly eventTime: number | null;
  /** JSON texts by feature. */
  readonly values: ReadonlyMap<string, string>;
}

/** Identifies the rows that a generation's run saw, by the transactions that wrote them. */
export interface Watermark {
  /** Rows of all transactions before this number were seen. */
  readonly transaction: string;
  /** A `pg_snapshot` with the later transactions that were seen; null if none is known. */
  readonly snapshot: string | null;
}

export interface WrittenBefore {
  /** For each entity, true if it has a row, of the source or the population, that was written later. */
  readonly hasLater: readonly boolean[];
  /** The rows as computed without the later ones. */
  readonly rows: readonly ViewRow[];
}
