import type { RegisteredView } from "./registry";

/**
 * An entity's key: its parts as text (integers in canonical decimal), in key order, with U+0000 between. No part can
 * hold that character, PostgreSQL's text cannot either.
 */
export type EntityKey = string;

export const KEY_SEPARATOR = "\u0000";

/**
 * One entity's row of one generation, packed so that an answer is made of slices: JSON texts of the values in the order
 * of `servedFeatures(view)`, with commas between. Vectors are not among them; they are read by `readVectors`.
 */
export interface OnlineRow {
  /**
   * Microseconds since 1970 UTC; null for a population member without source rows. A double, since ageing is judged on
   * every read and never returned: exact until the year 2255.
   */
  readonly eventTime: number | null;
  readonly text: string;
  /**
   * `offsets[base + i]` is where value i starts in `text`; the entry after the last value is one past the end of the last.
   * Null: they stand in `text` itself from `base` on, as `readOffset` reads them.
   */
  readonly offsets: Uint32Array | null;
  readonly base: number;
}

/** Which rows are wanted: always of one named generation, never "the current one". */
export interface OnlineReadRequest {
  readonly registered: RegisteredView;
  /** The name of the generation's table, which no other generation ever has. */
  readonly table: string;
  /** The tenant scope, '' for shared. */
  readonly scope: string;
  readonly keys: readonly EntityKey[];
  readonly deadlineMs: number;
  /** Whether `readViews` was asked before. */
  readonly isRetry?: true;
}

/** One generation of a view, among several that are read for the same keys. */
export interface OnlineView {
  readonly registered: RegisteredView;
  /** As in `OnlineReadRequest`. */
  readonly table: string;
  /** Whether its rows are in the tenant's scope; else they are shared. */
  readonly tenantScoped: boolean;
}

export interface OnlineViewsRequest {
  /** The same array for the same selection, so that a store prepares for it once. */
  readonly views: readonly OnlineView[];
  /** The scope of those that are the tenant's. */
  readonly tenant: string;
  readonly keys: readonly EntityKey[];
  readonly deadlineMs: number;
}

/** Rows in the order of the keys, for each view; undefined: ask the next tier, by `read` with `isRetry`. */
export type FoundViews = readonly (readonly (OnlineRow | undefined)[] | undefined)[];

/** A vector feature's value: the JSON array as PostgreSQL writes it, the shortest text of each float32. */
export interface OnlineVector {
  readonly eventTime: number | null;
  readonly text: string | null;
}

/** A generation that this process holds whole, read without waiting. */
export interface HeldRows {
  get(scope: string, key: EntityKey): OnlineRow | undefined;
}

/** Where serving reads. Failures are `OnlineStoreError`s. */
export interface OnlineStore {
  readonly name: string;
  /** The generation's rows if they are at hand; undefined: `read` them. */
  held?(table: string): HeldRows | undefined;
  /** Whether it can answer for the generation, as far as it knows. */
  holds?(table: string): boolean;
  /**
   * Rows in the order of `keys`; undefined where the generation has none. Undefined as a whole: not held here, ask the
   * next tier.
   */
  read(request: OnlineReadRequest): Promise<readonly (OnlineRow | undefined)[] | undefined>;
  /** As `read`, for several views in one go, where that costs less than one after the other. */
  readViews?(request: OnlineViewsRequest): Promise<FoundViews>;
  /** One vector feature's values in the order of `keys`; undefined where there is no row, and as a whole as for `read`. */
  readVectors(
    request: OnlineReadRequest & { readonly feature: string },
  ): Promise<readonly (OnlineVector | undefined)[] | undefined>;
  /** Told after each registry change which generations are served, so that it can load and let go. Never rejects. */
  follow?(served: readonly RegisteredView[]): Promise<void>;
  /** Lets go, at once, of rows of these views from before their latest erasures, also of those that are being loaded. */
  forget?(served: readonly RegisteredView[]): void;
  close(): Promise<void>;
}

/** Why a store did not answer. */
export class OnlineStoreError extends Error {
  constructor(
    readonly code: "timeout" | "unavailable" | "overloaded" | "gone",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "OnlineStoreError";
  }
}
