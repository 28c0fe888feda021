import type { ContractRuleName, UnparsedValues } from "@featstore/definitions/compiler";
import type { RunHolder } from "../database/index";
import type { EntityChunks, Run } from "../engine/index";

export interface BeginRunRequest {
  readonly view: string;
  readonly version: number;
  readonly holder: RunHolder;
  /** Microseconds since 1970 UTC; null for the database's clock. */
  readonly asOf: bigint | null;
  /** The token of a lease whose holder is known to be dead. */
  readonly deadToken?: string;
}

export interface BeginBackfillRequest extends BeginRunRequest {
  /** A null `chunkEntities` keeps the size of the interrupted backfill, if there is one. */
  readonly plan: EntityChunks & { readonly chunkEntities: number | null };
  /** Discards an interrupted backfill. */
  readonly isRestart: boolean;
}

/** The reason why an interrupted backfill was discarded. */
export type GivenUpReason = "restarted" | "superseded" | "too_old" | "version_retired";

export interface BackfillRun extends Run {
  /** The progress of the interrupted backfill that this run resumes; null for a new one. */
  readonly resumed: { readonly done: number; readonly chunks: number } | null;
  /** The interrupted run that was discarded for this one. */
  readonly givenUp: { readonly runId: string; readonly why: GivenUpReason } | null;
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

export interface Lease {
  readonly name: string;
  readonly token: string;
  readonly holder: RunHolder;
}

export interface SweepReport {
  readonly abandonedRuns: readonly string[];
  readonly droppedTables: readonly string[];
  readonly repairedViews: readonly string[];
  /** Staging folders of ended runs and dead processes; absent if there were none. */
  readonly removedFolders?: readonly string[];
  /** Interrupted backfills that cannot be resumed; absent if there are none. */
  readonly givenUp?: readonly {
    readonly runId: string;
    readonly view: string;
    readonly version: number;
    readonly why: "superseded" | "too_old" | "version_retired";
  }[];
}
