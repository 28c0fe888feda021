import type { CompiledView, Entity, FeatureService, FeatureView } from "@featstore/definitions";

/** A published generation of a view version: where its rows are and as of when they are. */
export interface Generation {
  readonly generation: number;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** The table's name inside schema `features`, unquoted: `lyric_sentiment_v2_g7`. */
  readonly table: string;
  readonly rows: number;
  readonly publishedAt: bigint;
}

export type ViewState = "active" | "retired";

/** One version of a feature view as the registry keeps it. */
export interface RegisteredView {
  readonly view: FeatureView;
  readonly meaningHash: string;
  readonly documentHash: string;
  readonly state: ViewState;
  /** The compiled materialization SQL, as stored at apply; a version always runs this text. */
  readonly sql: string;
  /** The parameters of `sql` from `$2` on; `$1` is the as-of time. */
  readonly parameters: readonly (string | null)[];
  readonly compilerVersion: number;
  readonly appliedAt: bigint;
  /** The newest generation number given out; 0 before the first run. */
  readonly lastGeneration: number;
  /** The served generation; null before the first publish. */
  readonly served: Generation | null;
}

export interface RegisteredService {
  readonly service: FeatureService;
  readonly documentHash: string;
  readonly appliedAt: bigint;
}

/** The versions of one name, and which of them an unpinned reference means. */
export interface Versions<Registered> {
  readonly promoted: number;
  /** A newer version that takes over as soon as it can be served; null when there is none. */
  readonly next: number | null;
  readonly versions: ReadonlyMap<number, Registered>;
}

/** The registry at one moment: immutable, so a request that takes one sees one generation of each view throughout. */
export interface RegistrySnapshot {
  /** Grows with every apply, publish, promotion and retirement. */
  readonly revision: number;
  readonly entities: ReadonlyMap<string, Entity>;
  readonly featureViews: ReadonlyMap<string, Versions<RegisteredView>>;
  readonly featureServices: ReadonlyMap<string, Versions<RegisteredService>>;
}

/** Reads of the registry. */
export interface RegistryStore {
  revision(): Promise<number>;
  snapshot(): Promise<RegistrySnapshot>;
  /** Calls back after every change, with the new revision; may also call back without one. Gives the function that ends it. */
  watch(onChange: () => void): Promise<() => Promise<void>>;
}

/** What `apply` writes, all or nothing. */
export interface RegistryChange {
  /** The revision from which it was planned. */
  readonly revision: number;
  readonly appliedBy: string;
  readonly message: string | null;
  /** One line per change, for the history: `lyric_sentiment@2: new`. */
  readonly changes: readonly string[];
  readonly entities: readonly Entity[];
  readonly featureViews: readonly ViewChange[];
  readonly featureServices: readonly ServiceChange[];
}

export interface ViewChange {
  readonly view: FeatureView;
  readonly meaningHash: string;
  readonly documentHash: string;
  readonly compiled: CompiledView;
}

export interface ServiceChange {
  readonly service: FeatureService;
  readonly meaningHash: string;
  readonly documentHash: string;
}

/** Writes of the registry. */
export interface RegistryWriter {
  /**
   * Writes a change and gives the new revision.
   *
   * @throws StoreError `registry_moved` when someone else applied since `change.revision`; `version_meaning_changed`
   *   when a version of the change is registered with another meaning.
   */
  apply(change: RegistryChange): Promise<number>;
}
