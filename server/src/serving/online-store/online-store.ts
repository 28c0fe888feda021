import type { RegisteredView } from "../../registry/index";

/**
 * An entity's key: its parts as text (integers in canonical decimal), in key order, separated by U+0000. No part can contain
 * that character, since PostgreSQL's text cannot.
 */
export type EntityKey = string;

export const KEY_SEPARATOR = "\u0000";

/**
 * One entity's row of one generation, packed so that a response consists of slices: the values as JSON texts in the order
 * of `servedFeatures(view)`, separated by commas. Vectors are excluded; `readVectors` reads them.
 */
export interface OnlineRow {
  /**
   * Microseconds since 1970 UTC; null for a population member without source rows. A double, since it is compared on every
   * read but never returned; exact until the year 2255.
   */
  readonly eventTime: number | null;
  readonly text: string;
  /**
   * `offsets[base + i]` is the start of value i in `text`; the entry after the last value is one past the end of the last.
   * If null, the offsets are in `text` itself from `base` on, as `readOffset` reads them.
   */
  readonly offsets: Uint32Array | null;
  readonly base: number;
}

/** The requested rows, always of one named generation, never of "the current one". */
export interface OnlineReadRequest {
  readonly registered: RegisteredView;
  /** The name of the generation's table; no other generation ever has the same. */
  readonly table: string;
  /** The tenant scope, '' for shared. */
  readonly scope: string;
  readonly keys: readonly EntityKey[];
  readonly deadlineMs: number;
  /** True if `readViews` was called before. */
  readonly isRetry?: true;
}

/** One of several generations that are read for the same keys. */
export interface OnlineView {
  readonly registered: RegisteredView;
  /** See `OnlineReadRequest`. */
  readonly table: string;
  /** True if its rows are in the tenant's scope; otherwise they are shared. */
  readonly tenantScoped: boolean;
}

export interface OnlineViewsRequest {
  /** The same array for the same selection, so that a store prepares it once. */
  readonly views: readonly OnlineView[];
  /** The scope of tenant-scoped views. */
  readonly tenant: string;
  readonly keys: readonly EntityKey[];
  readonly deadlineMs: number;
}

/** Rows of each view in the order of the keys; undefined to use the next tier, via `read` with `isRetry`. */
export type FoundViews = readonly (readonly (OnlineRow | undefined)[] | undefined)[];

/** A vector feature's value: the JSON array that PostgreSQL writes, with the shortest text of each float32. */
export interface OnlineVector {
  readonly eventTime: number | null;
  readonly text: string | null;
}

/** A complete generation in this process, read synchronously. */
export interface HeldRows {
  get(scope: string, key: EntityKey): OnlineRow | undefined;
}

/** A store that serves reads. Failures are `OnlineStoreError`s. */
export interface OnlineStore {
  readonly name: string;
  /** Returns the generation's rows if they are in memory; undefined to use `read`. */
  held?(table: string): HeldRows | undefined;
  /** Returns whether it has the generation, as far as it knows. */
  holds?(table: string): boolean;
  /**
   * Reads rows in the order of `keys`, with undefined for a missing row. Resolves to undefined if the generation is not held
   * here; the next tier is used then.
   */
  read(request: OnlineReadRequest): Promise<readonly (OnlineRow | undefined)[] | undefined>;
  /** Reads several views at once, for stores where that costs less than separate reads. */
  readViews?(request: OnlineViewsRequest): Promise<FoundViews>;
  /** Reads one vector feature's values in the order of `keys`; undefined as in `read`. */
  readVectors(
    request: OnlineReadRequest & { readonly feature: string },
  ): Promise<readonly (OnlineVector | undefined)[] | undefined>;
  /** Called after each registry change with the served views, to load and release generations. Never rejects. */
  follow?(served: readonly RegisteredView[]): Promise<void>;
  /** Drops rows of these views that predate their latest erasures, including rows being loaded. */
  forget?(served: readonly RegisteredView[]): void;
  close(): Promise<void>;
}

/** A failure of an online store. */
export class OnlineStoreError extends Error {
  constructor(
    readonly code: "timeout" | "unavailable" | "overloaded" | "gone" | "source_failed",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "OnlineStoreError";
  }
}
