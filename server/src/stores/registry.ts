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
  /** Absent: of before incremental runs, a table of its own. */
  readonly shared?: SharedRows;
}

/** Where a full run and the incremental runs after it keep their rows. */
export interface SharedRows {
  /** The table's name inside schema `features`, unquoted: `lyric_sentiment_v2_g5_rows`. */
  readonly table: string;
  /** Rows that incremental runs wrote since the full one. */
  readonly changes: number;
}

/** `deprecated`: still answered, with a warning. `retired`: answered no longer. */
export type ViewState = "active" | "deprecated" | "retired";

/** Since when a version is going, and until when it is answered. Times are microseconds since 1970 UTC. */
export interface Retirement {
  readonly deprecatedAt: bigint;
  /** Null: no time is set yet. */
  readonly sunsetAt: bigint | null;
  /** What to read instead, `lyric_sentiment@3`; null: nothing takes its place. */
  readonly successor: string | null;
}

/** What a view was called before, and since and until when it is answered under that name. Times as in `Retirement`. */
export interface FormerName {
  readonly newName: string;
  readonly renamedAt: bigint;
  /** Null: no time is set yet. */
  readonly sunsetAt: bigint | null;
  /** At the snapshot's moment. `retired`: answered with the new name alone. */
  readonly state: Exclude<ViewState, "active">;
  /** The view's versions as they are answered under this name, as those are that go. */
  readonly versions: Versions<RegisteredView>;
}

/** One version of a feature view as the registry keeps it. */
export interface RegisteredView {
  readonly view: FeatureView;
  readonly meaningHash: string;
  readonly documentHash: string;
  /** At the snapshot's moment: a sunset passes without a change of the registry. */
  readonly state: ViewState;
  /** Null while it is active. */
  readonly retirement: Retirement | null;
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
  /**
   * Of views over sources that say nothing of the past: since when what their rows were is kept, microseconds since 1970
   * UTC. Absent: it is not.
   */
  readonly historySince?: bigint;
  /** How often keys were erased from it, which changes rows of generations that are there. Absent: never. */
  readonly erasures?: number;
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
  /** Absent: no view was renamed. */
  readonly formerNames?: ReadonlyMap<string, FormerName>;
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
  readonly actor: string;
  readonly message: string | null;
  /** False: new versions of known names do not take over from the promoted ones. */
  readonly promote: boolean;
  /** What changes, for the history. */
  readonly changes: readonly HistoryChange[];
  readonly entities: readonly Entity[];
  /** Views that get another name, before anything else is written. Default: none. */
  readonly renames?: readonly ViewRename[];
  readonly featureViews: readonly ViewChange[];
  readonly featureServices: readonly ServiceChange[];
}

/** A view with all of its versions under a new name. */
export interface ViewRename {
  readonly from: string;
  readonly to: string;
  readonly versions: readonly RenamedVersion[];
}

export interface RenamedVersion {
  readonly version: number;
  /** The definition with the new name, and its hashes. */
  readonly definition: FeatureView;
  readonly meaningHash: string;
  readonly documentHash: string;
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

export type DefinitionKind = "feature_view" | "feature_service";

/** What an event of the history did to one version. Members that do not apply are absent. */
export interface HistoryChange {
  readonly definition: DefinitionKind;
  readonly name: string;
  readonly version: number;
  /** Applied: `new`, `new_version`, `metadata`, `compiler`. */
  readonly state?: string;
  /** Applied: the class of the change since `before`. */
  readonly class?: string | null;
  /** Applied: the version it was compared with. Promoted and rolled back: the version that was promoted. */
  readonly before?: number | null;
  /** Promoted: true when it takes over only with its first publish. */
  readonly waits?: boolean;
  /** Applied: what the view was called before this. */
  readonly renamedFrom?: string;
  /** Retired: true where nothing of it was ever published, so that it is gone. */
  readonly removed?: boolean;
  /** Forced: the generation that was published although it breaks a contract. */
  readonly generation?: number;
  /** Retired: `2026-01-01T00:00:00Z`, and what to read instead. */
  readonly sunset?: string | null;
  readonly successor?: string | null;
  /**
   * Erased: of which entity, and how many rows. Its key by an HMAC under a secret of the database; erasures before
   * migration 0027 have the key's plain SHA-256 instead.
   */
  readonly entity?: string;
  readonly keyHmac?: string;
  readonly keySha256?: string;
  readonly rows?: number;
}

/** One change of the registry, as the history keeps it. */
export interface HistoryEvent {
  readonly revision: number;
  /** Microseconds since 1970 UTC. */
  readonly at: bigint;
  readonly kind: "apply" | "promote" | "rollback" | "retire" | "restore" | "force" | "erase";
  /** `ada@laptop`; for a version that a first publish promoted, the run. */
  readonly actor: string;
  readonly databaseRole: string;
  readonly message: string | null;
  readonly changes: readonly HistoryChange[];
}

/** Who changes what a name means, and why. */
export interface VersionRequest {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly actor: string;
  readonly message: string | null;
}

export interface Promotion {
  /** Null: it was so already. */
  readonly revision: number | null;
  readonly before: number;
  readonly promoted: number;
  /** The version that takes over with its first publish. */
  readonly next: number | null;
  /** A version that waited to take over and no longer does. */
  readonly gaveUp: number | null;
}

export interface RetireRequest extends Omit<VersionRequest, "kind"> {
  readonly version: number;
  /** From when on it is no longer answered: microseconds since 1970 UTC, `now`, or null for a time to be set later. */
  readonly sunset: bigint | "now" | null;
  /** `lyric_sentiment@3`; null: the promoted version. */
  readonly successor: string | null;
}

/** `removed`: nothing of the version was ever published, so that it is gone, and its number free. */
export type RetirementReport =
  | { readonly removed: true; readonly revision: number }
  | (Retirement & {
      readonly removed: false;
      readonly revision: number;
      /** Versions of services that are not promoted and read it: `hit_predictor@1`. */
      readonly services: readonly string[];
    });

/** Until when a former name is answered. `services` as in `RetirementReport`, those that read it by this name. */
export interface NameRetirement extends Omit<FormerName, "state" | "versions"> {
  readonly revision: number;
  readonly services: readonly string[];
}

/** Writes of the registry, each one statement. Refusals are `RegistryError`s. */
export interface RegistryWriter {
  /**
   * Writes a change and gives the new revision.
   *
   * @throws RegistryError `registry_moved` when someone else applied since `change.revision`, with what they changed;
   *   `name_taken`, `name_moved`, `run_in_progress`, `view_is_read` where a view cannot be renamed now;
   *   `version_meaning_changed` when a version of the change is registered with another meaning;
   *   `service_reads_retiring` when a new service reads a version that is deprecated or retired.
   */
  apply(change: RegistryChange): Promise<number>;

  /**
   * Makes a version what its unpinned name means: at once if it can be read, else with its first publish.
   *
   * @throws RegistryError `view_not_applied`, `version_deprecated`, `version_retired`, `service_reads_retiring`
   */
  promote(request: VersionRequest & { readonly version: number }): Promise<Promotion>;

  /**
   * Promotes the version that was promoted before and can still be read.
   *
   * @throws RegistryError `nothing_to_roll_back`, `version_deprecated`, `service_reads_retiring`
   */
  rollback(request: VersionRequest): Promise<Promotion>;

  /**
   * Deprecates a view version and sets its sunset; called again, changes these. A version of which nothing was ever
   * published is removed instead.
   *
   * @throws RegistryError `view_not_applied`, `version_promoted`, `version_in_use`, `version_retired`, `successor_unknown`,
   *   `sunset_in_past`; of one that would be removed `version_named`, `run_in_progress`, `view_is_read`
   */
  retire(request: RetireRequest): Promise<RetirementReport>;

  /**
   * Removes a service version that never could be answered, since a view that it reads was never published. Gives the new
   * revision.
   *
   * @throws RegistryError `view_not_applied`, `service_stays`
   */
  removeService(request: Omit<RetireRequest, "sunset" | "successor">): Promise<number>;

  /**
   * Sets until when a former name of a view is answered.
   *
   * @throws RegistryError `name_retired`, `name_in_use`, `sunset_in_past`
   */
  retireName(request: Omit<RetireRequest, "version" | "successor">): Promise<NameRetirement>;

  /**
   * Undoes a retirement before its sunset, and gives the new revision.
   *
   * @throws RegistryError `view_not_applied`, `version_not_deprecated`, `version_retired`
   */
  restore(request: Omit<RetireRequest, "sunset" | "successor">): Promise<number>;
}

/** The history, newest first. */
export interface RegistryHistory {
  /** `name`: only what concerns a view or service of this name. */
  history(options?: { readonly name?: string; readonly limit?: number }): Promise<readonly HistoryEvent[]>;
}
