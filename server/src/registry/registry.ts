import type { CompiledView, Entity, FeatureService, FeatureView } from "@featstore/definitions/compiler";
import type { AppliedSource } from "./plan/applied-sources";

/** A published generation of a view version. */
export interface Generation {
  readonly generation: number;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** The table's name inside schema `features`, unquoted: `speech_sentiment_v2_g7`. */
  readonly table: string;
  readonly rows: number;
  readonly publishedAt: bigint;
  /** Absent if the generation predates incremental runs and has its own table. */
  readonly shared?: SharedRows;
}

/** The rows table that a full run shares with the incremental runs after it. */
export interface SharedRows {
  /** The table's name inside schema `features`, unquoted: `speech_sentiment_v2_g5_rows`. */
  readonly table: string;
  /** Rows written by incremental runs since the full run. */
  readonly changes: number;
}

/** `deprecated`: still served, with a warning. `retired`: no longer served. */
export type ViewState = "active" | "deprecated" | "retired";

/** A version's deprecation and sunset. Times are microseconds since 1970 UTC. */
export interface Retirement {
  readonly deprecatedAt: bigint;
  /** Null: no time is set yet. */
  readonly sunsetAt: bigint | null;
  /** The version to read instead, `speech_sentiment@3`; null if there is none. */
  readonly successor: string | null;
}

/** A former name of a view, with its deprecation and sunset. Times as in `Retirement`. */
export interface FormerName {
  readonly newName: string;
  readonly renamedAt: bigint;
  /** Null: no time is set yet. */
  readonly sunsetAt: bigint | null;
  /** The state at the time of the snapshot. `retired`: refused, with the new name in the error. */
  readonly state: Exclude<ViewState, "active">;
  /** The view's versions as served under this name: as retiring versions. */
  readonly versions: Versions<RegisteredView>;
}

/** One version of a feature view in the registry. */
export interface RegisteredView {
  readonly view: FeatureView;
  readonly meaningHash: string;
  readonly documentHash: string;
  /** The state at the time of the snapshot; a sunset passes without a change of the registry. */
  readonly state: ViewState;
  /** Null for an active version. */
  readonly retirement: Retirement | null;
  /** The compiled materialization SQL stored at apply; a version always runs this text. */
  readonly sql: string;
  /** The parameters of `sql` from `$2` on; `$1` is the as-of time. */
  readonly parameters: readonly (string | null)[];
  readonly compilerVersion: number;
  readonly appliedAt: bigint;
  /** The highest generation number assigned; 0 before the first run. */
  readonly lastGeneration: number;
  /** The served generation; null before the first publish. */
  readonly served: Generation | null;
  /**
   * For views over sources without history: the start of the stored history of rows, in microseconds since 1970 UTC. Absent
   * if none is stored.
   */
  readonly historySince?: bigint;
  /** Number of erasures from it, which change rows of existing generations. Absent if there were none. */
  readonly erasures?: number;
}

export interface RegisteredService {
  readonly service: FeatureService;
  readonly documentHash: string;
  readonly appliedAt: bigint;
}

/** The versions of one name, and the version that an unpinned reference resolves to. */
export interface Versions<Registered> {
  readonly promoted: number;
  /** A newer version that is promoted once it can be served; null if there is none. */
  readonly next: number | null;
  /** The newest version that was rolled back: newer ones wait for `promote`. Absent if the name is not rolled back. */
  readonly rolledBackFrom?: number;
  readonly versions: ReadonlyMap<number, Registered>;
}

/** An immutable snapshot of the registry, so that a request sees one generation of each view throughout. */
export interface RegistrySnapshot {
  /** Increases with every apply, publish, promotion and retirement. */
  readonly revision: number;
  readonly entities: ReadonlyMap<string, Entity>;
  readonly featureViews: ReadonlyMap<string, Versions<RegisteredView>>;
  readonly featureServices: ReadonlyMap<string, Versions<RegisteredService>>;
  /** Absent if no view was renamed. */
  readonly formerNames?: ReadonlyMap<string, FormerName>;
  /** Set if the snapshot has only what a key may read. */
  readonly restriction?: Restriction;
}

/** The resources that a key may read. */
export interface Restriction {
  allows(view: string): boolean;
  /** Patterns of the names of views, for messages. */
  readonly patterns: readonly string[];
}

/** The registry that a server serves from now. */
export interface ServedRegistry {
  /** Errors: `starting` before the first snapshot. */
  current(): { readonly snapshot: RegistrySnapshot };
}

/** A change that `apply` writes atomically. */
export interface RegistryChange {
  /** The revision that the plan was based on. */
  readonly revision: number;
  readonly actor: string;
  readonly message: string | null;
  /** True if new versions of known names replace the promoted ones. */
  readonly promote: boolean;
  /** The changes to record in the history. */
  readonly changes: readonly HistoryChange[];
  readonly entities: readonly Entity[];
  /** Renames, written before everything else. Default: none. */
  readonly renames?: readonly ViewRename[];
  readonly featureViews: readonly ViewChange[];
  readonly featureServices: readonly ServiceChange[];
}

/** Renames a view with all of its versions. */
export interface ViewRename {
  readonly from: string;
  readonly to: string;
  readonly versions: readonly RenamedVersion[];
}

export interface RenamedVersion {
  readonly version: number;
  /** The definition with the new name and its hashes. */
  readonly definition: FeatureView;
  readonly meaningHash: string;
  readonly documentHash: string;
}

export interface ViewChange {
  readonly view: FeatureView;
  readonly meaningHash: string;
  readonly documentHash: string;
  readonly compiled: CompiledView;
  /** Absent for a version that is not registered. */
  readonly registered?: {
    /** The stored hash, which an earlier Featstore may have computed from other parts. The plan compares the meanings itself. */
    readonly meaningHash: string;
    /** True if the version takes the compiled SQL although it has generations. */
    readonly takesSql: boolean;
  };
}

export interface ServiceChange {
  readonly service: FeatureService;
  readonly meaningHash: string;
  readonly documentHash: string;
}

export type DefinitionKind = "feature_view" | "feature_service";

/** The effect of a history event on one version. Members that do not apply are absent. */
export interface HistoryChange {
  readonly definition: DefinitionKind;
  readonly name: string;
  readonly version: number;
  /** Applied: `new`, `new_version`, `metadata`, `compiler`. */
  readonly state?: string;
  /** Applied: the class of the change since `before`. */
  readonly class?: string | null;
  /** Applied: the version compared with. Promoted and rolled back: the previously promoted version. */
  readonly before?: number | null;
  /** Promoted: true if the promotion takes effect with its first publish. */
  readonly waits?: boolean;
  /** Applied: the sources that another engine reads, as they were; absent if there are none. */
  readonly sources?: readonly AppliedSource[];
  /** Applied: the view's previous name. */
  readonly renamedFrom?: string;
  /** Retired: true if it was never published and is therefore removed. */
  readonly removed?: boolean;
  /** Forced: the generation that was published despite a broken contract. */
  readonly generation?: number;
  /** Retired: the sunset, `2026-01-01T00:00:00Z`, and the successor. */
  readonly sunset?: string | null;
  readonly successor?: string | null;
  /**
   * Erased: the entity, the number of rows, and the key as an HMAC under a secret of the database; erasures before migration
   * 0027 have the key's plain SHA-256 instead.
   */
  readonly entity?: string;
  readonly keyHmac?: string;
  readonly keySha256?: string;
  readonly rows?: number;
}

/** A change of the registry in the history. */
export interface HistoryEvent {
  readonly revision: number;
  /** Microseconds since 1970 UTC. */
  readonly at: bigint;
  readonly kind: "apply" | "promote" | "rollback" | "retire" | "restore" | "force" | "erase";
  /** `ada@laptop`, or the run if a first publish promoted a version. */
  readonly actor: string;
  readonly databaseRole: string;
  readonly message: string | null;
  readonly changes: readonly HistoryChange[];
}

/** A request to change a name's promoted version, with actor and reason. */
export interface VersionRequest {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly actor: string;
  readonly message: string | null;
}

export interface Promotion {
  /** Null if nothing changed. */
  readonly revision: number | null;
  readonly before: number;
  readonly promoted: number;
  /** The version that is promoted with its first publish. */
  readonly next: number | null;
  /** A version whose pending promotion was cancelled. */
  readonly gaveUp: number | null;
}

export interface RetireRequest extends Omit<VersionRequest, "kind"> {
  readonly version: number;
  /** The end of serving: microseconds since 1970 UTC, `now`, or null to set it later. */
  readonly sunset: bigint | "now" | null;
  /** `speech_sentiment@3`; null for the promoted version. */
  readonly successor: string | null;
}

/** `removed`: the version was never published, so it is deleted and its number can be reused. */
export type RetirementReport =
  | { readonly removed: true; readonly revision: number }
  | (Retirement & {
      readonly removed: false;
      readonly revision: number;
      /** Service versions that read it and are not promoted: `party_predictor@1`. */
      readonly services: readonly string[];
    });

/** The sunset of a former name. `services` are as in `RetirementReport`, limited to those that read by this name. */
export interface NameRetirement extends Omit<FormerName, "state" | "versions"> {
  readonly revision: number;
  readonly services: readonly string[];
}

/** Reads the history, newest first. */
export interface RegistryHistory {
  /** Lists events; `name` limits them to a view or service. */
  history(options?: { readonly name?: string; readonly limit?: number }): Promise<readonly HistoryEvent[]>;
}
