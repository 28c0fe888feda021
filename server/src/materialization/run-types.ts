import type { ChangeCopy, ContractRuleName, UnparsedValues } from "@featstore/definitions/compiler";
import type { RunHolder } from "../database/index";

/** A run in progress. `token` is its fencing token: every step is refused once another holder has the lease. */
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
  /** Microseconds since 1970 UTC; null for the database's clock. */
  readonly asOf: bigint | null;
  /** The token of a lease whose holder is known to be dead. */
  readonly deadToken?: string;
}

/** The state of a run. `interrupted`: a backfill that the next backfill resumes. */
export type RunState = "running" | "published" | "failed" | "abandoned" | "interrupted";

export interface RunFailure {
  readonly code: string;
  readonly message: string;
  /** Broken contracts that stopped the run; its table is kept then. */
  readonly brokenContracts?: readonly BrokenContract[];
}

/** `too_few_rows`: fewer than `minRows`. `too_many_rows_lost`: more than `maxShrink` of the served rows were lost. */
export type RowBoundCode = "too_few_rows" | "too_many_rows_lost";

/** A warning about a published run. `message` names no entity. */
export interface RunWarning {
  /**
   * `rows_lost`: many previously served rows are gone. `served_values_differ`: rows read back are not as the table has them.
   * `served_values_unchecked`: they could not be compared. A bound's code: the run was forced despite that bound.
   */
  readonly code: "rows_lost" | "served_values_differ" | "served_values_unchecked" | RowBoundCode;
  readonly message: string;
}

/** A comparison of rows that were read back with the table. */
export interface ComparedRows {
  /** True if they were read as servers read them. */
  readonly throughStore: boolean;
  /** Null: there is no difference. */
  readonly warning: RunWarning | null;
}

/** A contract of a feature that a loaded table breaks. */
export interface BrokenContract {
  readonly feature: string;
  readonly rule: ContractRuleName;
  /** The contract in the language of definitions: `between(0, 1)`. */
  readonly promise: string;
  /** Rows that break it. */
  readonly rows: number;
  /** Up to five of these rows in key order. `value` is a text, or null for a null value. */
  readonly examples: readonly {
    readonly key: Readonly<Record<string, string | number>>;
    readonly value: string | null;
  }[];
}

/** The reason why a run that was requested as incremental must be full. */
export type FullReason =
  /** Nothing is served yet, or it is unknown which rows the served run read. */
  | "no_baseline"
  /** The source is a query, view or foreign table, whose rows do not show when they were written, and declares no lateness. */
  | "source_is_no_table"
  /** The source has columns of another source, whose rows may change independently. */
  | "source_is_extended"
  /** The key column may change, and rows do not record the previous key. */
  | "key_may_change"
  /** The source's table or view was replaced, truncated or altered, or a partition attached, detached or dropped: older rows may have appeared or disappeared. */
  | "source_altered"
  /** The scan for changes failed; the full run reports the cause. */
  | "source_not_scanned"
  /** Another compiler version made the registered SQL. */
  | "other_compiler"
  /** A contract bounds nulls that the last run did not count. */
  | "nulls_not_counted"
  /** So many rows changed, now or since the last full run, that a full run is cheaper. */
  | "many_changes";

/** The served generation of a view version, from which an incremental run starts. */
export interface ChangeBaseline {
  readonly view: string;
  readonly version: number;
  readonly generation: number;
  /** Microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** The generation includes the rows of all earlier transactions. */
  readonly horizon: string;
}

/** A scan for changes, and the run from which it starts. */
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
  /** Set if several views read the source's rows; `keysFrom` are the indexes of the scans that find their entities. */
  readonly copy: (ChangeCopy & { readonly keysFrom: readonly number[] }) | null;
}

/** The result of scans for changes; kept until it is dropped or its lease expires. */
export interface ChangeSet {
  readonly token: string;
  /** The upper time limit of changes, in microseconds since 1970 UTC. */
  readonly asOf: bigint;
  /** Rows of earlier transactions were seen. */
  readonly horizon: string;
  /** The tables in schema `features`, in the order of the scans; null if changes could not be found. */
  readonly tables: readonly (string | null)[];
  /** The reasons for null tables, in the same order. */
  readonly reasons: readonly (FullReason | null)[];
  /** Tables with all rows of the changed entities, in the same order; null if there is none. */
  readonly copies: readonly (string | null)[];
}

/** The input of an incremental run of a view. */
export interface ChangedEntities {
  readonly horizon: string;
  /** The start of the scan for changes; earlier generations cannot be updated with it. */
  readonly since: Pick<ChangeBaseline, "horizon" | "asOf">;
  readonly keysTable: string;
  readonly keysColumns: readonly { readonly name: string; readonly databaseType: string }[];
  readonly keysText: string;
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  /** Features whose nulls are counted. */
  readonly nulls: readonly string[];
}

export interface FilledChanges {
  /** Rows of the whole generation. */
  readonly rows: number;
  readonly ignoredRows: number;
  /** Recomputed entities. */
  readonly recomputed: number;
  /** Rows of the whole generation without a value, by feature. */
  readonly nulls: Readonly<Record<string, number>>;
}

/** Differences that a reconciling run found in incremental results and corrected. */
export interface Repairs {
  readonly rows: number;
  /** Keys of up to five of the rows, including `_tenant`. */
  readonly examples: readonly Readonly<Record<string, string | number>>[];
}

export interface PublishDetails {
  /** Values lost by casts. Default: none. */
  readonly unparsed?: Readonly<Record<string, UnparsedValues>>;
  /** Rows without a value by feature, in a full run. Default: not counted. */
  readonly nulls?: Readonly<Record<string, number>>;
  readonly forced?: ForcedPublication | null;
  /** Default: none. */
  readonly warnings?: readonly RunWarning[];
  /** True if previous versions of changed rows are stored. Default: false. */
  readonly keepsHistory?: boolean;
}

/** The reason for publishing a table that breaks its contracts or bounds. */
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
  /** Omitted rows, whose tenant and key together exceed `MAX_KEY_BYTES`. */
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
  /** Interrupted backfills that cannot be resumed; absent if there are none. */
  readonly givenUp?: readonly {
    readonly runId: string;
    readonly view: string;
    readonly version: number;
    readonly why: "superseded" | "too_old" | "version_retired";
  }[];
}
