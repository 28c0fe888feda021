import type { ChangeCopy, ContractRuleName, Profile, UnparsedValues } from "@featstore/definitions";
import type { CallOptions } from "../database/database";

/** The process that holds a lease, told well enough that another process of its machine can see whether it lives. */
export interface RunHolder {
  readonly host: string;
  readonly pid: number;
  /** Boot and start time of the process, so that a reused pid is not taken for it; null where the platform tells none. */
  readonly identity: string | null;
  /** Pids mean nothing across pid namespaces (containers); null where the platform has none. */
  readonly pidNamespace: string | null;
}

/** A materialization in progress. `token` is its fencing token: every step is refused once someone else has the lease. */
export interface Run {
  readonly runId: string;
  readonly token: string;
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  /** The table's name in schema `features`. */
  readonly table: string;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
}

export interface BeginRunRequest {
  readonly view: string;
  readonly version: number;
  readonly holder: RunHolder;
  /** Microseconds since 1970 UTC; null: the database's clock. */
  readonly asOf: bigint | null;
  /** The token of a lease whose holder the caller knows to be dead. */
  readonly deadToken?: string;
}

/** `interrupted`: a backfill that was cut short, and that the next one goes on with. */
export type RunState = "running" | "published" | "failed" | "abandoned" | "interrupted";

export interface RunFailure {
  readonly code: string;
  readonly message: string;
  /** Of a run that is held back by what its definition promises; the run's table is kept then. */
  readonly brokenContracts?: readonly BrokenContract[];
}

/** `too_few_rows`: fewer than `minRows`. `too_many_rows_lost`: more than `maxShrink` of the served rows are gone. */
export type RowBoundCode = "too_few_rows" | "too_many_rows_lost";

/** What somebody should know of a run that was published. `message` names no entity. */
export interface RunWarning {
  /** `rows_lost`: it has lost many of the rows that were served before. The others: it was forced in spite of that bound. */
  readonly code: "rows_lost" | RowBoundCode;
  readonly message: string;
}

/** A promise of a feature's contract that a filled table does not keep. */
export interface BrokenContract {
  readonly feature: string;
  readonly rule: ContractRuleName;
  /** As its author would write it: `between(0, 1)`. */
  readonly promise: string;
  /** Rows that offend. */
  readonly rows: number;
  /** Up to five of them in key order. `value` is a text, null where the value is. */
  readonly examples: readonly {
    readonly key: Readonly<Record<string, string | number>>;
    readonly value: string | null;
  }[];
}

/** Why a run that was asked to be incremental has to be full. */
export type FullReason =
  /** Nothing is served yet, or by a run of which it is not known what it read. */
  | "no_baseline"
  /** The source is a query, a view or a foreign table, whose rows do not say when they were written, and declares no lateness. */
  | "source_is_no_table"
  /** The source has columns of another, whose rows may change while its own do not. */
  | "source_is_extended"
  /** The key is a column that may change, and no row says that it had another one. */
  | "key_may_change"
  /** The source's table or view was replaced, truncated or altered, or a partition attached, detached or dropped: rows may have come that are older, or gone. */
  | "source_altered"
  /** The scan for changes failed: the full run says why. */
  | "source_not_scanned"
  /** The registered SQL is another compiler's. */
  | "other_compiler"
  /** A contract bounds nulls that the last run did not count. */
  | "nulls_not_counted"
  /** So much changed, now or since the last full run, that computing everything is cheaper. */
  | "many_changes";

/** The served generation of a view version, from which an incremental run starts. */
export interface ChangeBaseline {
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** The rows of all transactions before it are in the generation. */
  readonly horizon: string;
}

/** A scan, and the run since which it looks for changes. */
export interface ChangeScanRequest {
  readonly relation: string | null;
  readonly columns: readonly { readonly name: string; readonly databaseType: string }[];
  readonly byTransaction: string | null;
  readonly byLateness: string | null;
  readonly horizon: string;
  readonly asOf: bigint;
  /** The views that read the relation. */
  readonly views: readonly { readonly view: string; readonly version: number }[];
  /** The columns of the entity's key, quoted. */
  readonly entity: string;
  /** Set where several views are made of the source's rows; `keysFrom`: the places of the scans that find their entities. */
  readonly copy: (ChangeCopy & { readonly keysFrom: readonly number[] }) | null;
}

/** What scans found; there until it is dropped, or its lease runs out. */
export interface ChangeSet {
  readonly token: string;
  /** Up to when changes count: microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** Rows of transactions before it were seen. */
  readonly horizon: string;
  /** The tables in schema `features`, in the order of the scans; null where changes could not be found. */
  readonly tables: readonly (string | null)[];
  /** Why they could not, in the same order; null where they were. */
  readonly reasons: readonly (FullReason | null)[];
  /** Tables with all rows of the entities found, in the same order; null where there is none. */
  readonly copies: readonly (string | null)[];
}

/** What an incremental run of a view computes, and how. */
export interface ChangedEntities {
  readonly horizon: string;
  /** Since when changes were looked for: a generation of before cannot be brought up to date with them. */
  readonly since: Pick<ChangeBaseline, "horizon" | "asOf">;
  readonly keysTable: string;
  readonly keysColumns: readonly { readonly name: string; readonly databaseType: string }[];
  readonly keysText: string;
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  /** The features whose nulls are counted. */
  readonly nulls: readonly string[];
}

export interface FilledChanges {
  /** Of the whole generation. */
  readonly rows: number;
  readonly ignoredRows: number;
  /** Entities that were computed. */
  readonly recomputed: number;
  /** Rows of the whole generation without a value, by feature. */
  readonly nulls: Readonly<Record<string, number>>;
}

/** What a check of incremental runs found wrong, and put right. */
export interface Repairs {
  readonly rows: number;
  /** Keys of up to five of them, `_tenant` included. */
  readonly examples: readonly Readonly<Record<string, string | number>>[];
}

export interface PublishDetails {
  /** Values that casts lost. Default: none. */
  readonly unparsed?: Readonly<Record<string, UnparsedValues>>;
  /** Rows without a value, by feature; of a full run. Default: not counted. */
  readonly nulls?: Readonly<Record<string, number>>;
  readonly forced?: ForcedPublication | null;
  /** Default: none. */
  readonly warnings?: readonly RunWarning[];
  /** Whether what the rows were is kept where they change. Default: no. */
  readonly keepsHistory?: boolean;
}

/** Why a table that breaks what its definition promises is published all the same. */
export interface ForcedPublication {
  readonly brokenContracts: readonly BrokenContract[];
  readonly reason: string;
}

export interface GenerationName {
  readonly view: string;
  readonly version: number;
  readonly generation: number;
}

export interface FilledTable {
  readonly rows: number;
  /** Rows that were left out: tenant and key together have more than `MAX_KEY_BYTES`. */
  readonly ignoredRows: number;
}

export interface Lease {
  readonly name: string;
  readonly token: string;
  readonly holder: RunHolder;
}

export interface SweepReport {
  readonly abandonedRuns: readonly string[];
  readonly droppedTables: readonly string[];
  readonly repairedViews: readonly string[];
  /** Interrupted backfills that cannot be gone on with; absent where there is none. */
  readonly givenUp?: readonly {
    readonly runId: string;
    readonly view: string;
    readonly version: number;
    readonly why: "superseded" | "too_old" | "version_retired";
  }[];
}

/**
 * The steps of a materialization, each atomic by itself, and the cleaning up after those that were cut short.
 * A step that is refused throws `RegistryError`.
 */
export interface OfflineStore {
  /**
   * Takes the view version's lease, if need be from a dead run, which is ended and cleaned away, and starts a run.
   *
   * @throws RegistryError `run_in_progress` (parameters `token`, `holder`, `runId`), `view_not_applied`, `as_of_in_future`
   */
  beginRun(request: BeginRunRequest, options?: CallOptions): Promise<Run>;

  /** Renews a lease for half a minute; false when it is somebody else's. */
  heartbeat(run: Pick<Run, "token">, options?: CallOptions): Promise<boolean>;

  /** Creates and fills the run's table by the stored SQL and adds its primary key. */
  fill(run: Run, options?: CallOptions): Promise<FilledTable>;

  /** The served generations from which incremental runs can start. */
  changeBaselines(options?: CallOptions): Promise<readonly ChangeBaseline[]>;

  /** Finds changes since earlier runs, for any number of runs of this holder; `heartbeat` keeps them. */
  findChanges(
    request: { readonly holder: RunHolder; readonly asOf: bigint | null; readonly scans: readonly ChangeScanRequest[] },
    options?: CallOptions,
  ): Promise<ChangeSet>;

  dropChanges(changes: Pick<ChangeSet, "token">, options?: CallOptions): Promise<void>;

  /**
   * Creates the run's table and fills it with the rows of those entities alone that changed since the served generation;
   * or says why the run has to be full, which it may be asked to note.
   */
  fillChanged(
    run: Run,
    changes: ChangedEntities | { readonly full: FullReason },
    options?: CallOptions,
  ): Promise<FilledChanges | { readonly full: FullReason }>;

  /** Runs a query over the run's table, under its lease; gives its rows as JSON objects. */
  inspect(run: Run, query: string, options?: CallOptions): Promise<readonly Readonly<Record<string, unknown>>[]>;

  /** The key of a row in which the column is NaN or infinite, `_tenant` included; null where there is none. */
  nonFiniteExample(run: Run, column: string, options?: CallOptions): Promise<Readonly<Record<string, string>> | null>;

  /** The rows of the generation that is served while the run goes on; null where none is. */
  servedRows(run: Run, options?: CallOptions): Promise<number | null>;

  /** Makes the run's generation the served one and ends the run; gives the registry's new revision. */
  publish(run: Run, details: PublishDetails, options?: CallOptions): Promise<number>;

  /**
   * Ends the run without publishing; false when it had ended already. Its table is dropped, or kept where it breaks
   * contracts, until a later one is published or kept.
   */
  failRun(run: Run, failure: RunFailure, options?: CallOptions): Promise<boolean>;

  /** What the generation `before` had wrong, which is as of the same time as the published one; kept with the latter's run. */
  noteRepairs(published: GenerationName, before: number, options?: CallOptions): Promise<Repairs>;

  /** Makes and keeps the generation's profile by the query, or gives the one it has; null when its table is gone. */
  profile(generation: GenerationName, query: string, options?: CallOptions): Promise<Profile | null>;

  /** Brings the tables in which the view's vectors are searched up to a published generation; indexes and measures them. */
  keepVectors(generation: GenerationName, options?: CallOptions): Promise<void>;

  /** What became of a run. */
  runState(runId: string, options?: CallOptions): Promise<RunState | undefined>;

  leases(options?: CallOptions): Promise<readonly Lease[]>;

  /** Removes what dead runs and replaced generations left, and repairs views for people. Safe at any time, by anybody. */
  sweep(deadTokens: readonly string[], options?: CallOptions): Promise<SweepReport>;
}
