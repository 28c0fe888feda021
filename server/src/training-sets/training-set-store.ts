import type { PlainSource } from "@featstore/definitions/compiler";
import type { CallOptions, RunHolder } from "../database/index";

/** The state of a training set. `deleted`: it had ended, and only its id is left. */
export type TrainingSetState = "loading" | "queued" | "running" | "finished" | "failed" | "cancelled" | "deleted";

/** The reason why a job ended without a result, as reported to its requester. */
export interface TrainingSetFailure {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly detail: string }[];
}

/** A stored job. Instants are microseconds since 1970 UTC. */
export interface StoredTrainingSet {
  readonly id: string;
  readonly tenant: string | null;
  readonly state: TrainingSetState;
  readonly holder: RunHolder;
  readonly isCancelRequested: boolean;
  readonly spineRows: number | null;
  readonly rowsDone: number;
  /** JSON text of the manifest; null until it is finished. */
  readonly manifest: string | null;
  /** The job without its spine, as JSON text; null until the spine is loaded. */
  readonly job: string | null;
  readonly failure: TrainingSetFailure | null;
  readonly createdAt: bigint;
  readonly startedAt: bigint | null;
  readonly finishedAt: bigint | null;
}

/** A job that this process holds. `token` is its fencing token: steps are refused once another process has ended it. */
export interface HeldTrainingSet {
  readonly id: string;
  readonly token: string;
  /** The spine's table in schema `featstore`. */
  readonly table: string;
}

export interface NewTrainingSet {
  readonly id: string;
  readonly tenant: string | null;
  /** The request, for display. */
  readonly request: unknown;
  readonly holder: RunHolder;
  readonly keys: readonly { readonly name: string; readonly databaseType: string }[];
  /** Null for no limit. */
  readonly limits: TrainingSetLimits | null;
}

/** Limits of training sets that wait while one is built. */
export interface TrainingSetLimits {
  readonly total: number;
  /** Limit per tenant; jobs without a tenant count together. */
  readonly perTenant: number;
}

/** The state of a source when a training set read it, limited to what its tenant may see. */
export interface SourceState {
  readonly rows: number;
  /** The tie-break columns of the last row in their order, as texts; null without a row or tie-break. */
  readonly largest: Readonly<Record<string, string | null>> | null;
  /** The latest event time in microseconds since 1970 UTC, as text; null if there is none. */
  readonly latest: string | null;
}

/** A transaction before which all others had ended. `transaction` is its number with epoch, as text. */
export interface TransactionWatermark {
  /** The PostgreSQL cluster of the number; '' if it is unknown. */
  readonly cluster: string;
  readonly transaction: string;
}

/** `unknown`: the source is not a plain table, or the watermark is from another PostgreSQL cluster or too old to compare. */
export type SourceWrites = "none" | "written" | "unknown";

/** A spine table that may have lost its rows: a crash of PostgreSQL empties it. */
export interface LoadedSpineTable {
  rows(): Promise<number>;
  /** The CSV lines that it was loaded from. */
  lines(): AsyncIterable<string>;
  empty(): Promise<void>;
}

/** Stores jobs of training sets with their spine tables. */
export interface TrainingSetStore {
  /**
   * Creates a job in state `loading` with an empty spine table. Errors: `training_queue_full`,
   * `training_tenant_queue_full`.
   */
  beginJob(request: NewTrainingSet, options?: CallOptions): Promise<HeldTrainingSet>;
  /** Loads the spine table from CSV lines: row, tenant, keys, as-of time, passthrough. Returns the number of rows. */
  loadSpine(
    held: HeldTrainingSet,
    keys: readonly string[],
    lines: AsyncIterable<string>,
    options?: CallOptions,
  ): Promise<number>;
  /** Moves a job from `loading` to `queued`, with all data needed to resume it. False if it has ended. */
  queue(
    held: HeldTrainingSet,
    loaded: { readonly spineRows: number; readonly reuseKey: string; readonly job: unknown },
  ): Promise<boolean>;
  /** Releases a loaded job, so that another process can resume it at once; does not count as a crash. */
  release(held: HeldTrainingSet): Promise<void>;
  /** Lists loaded jobs whose holders are dead, by lease or by these tokens; oldest first. */
  orphans(deadTokens: readonly string[]): Promise<readonly { readonly id: string; readonly token: string }[]>;
  /** Takes over an orphan. Undefined if another process has it, it has ended, or two processes have died of it. */
  take(id: string, token: string, holder: RunHolder): Promise<HeldTrainingSet | undefined>;
  /** Returns a job's loaded spine table. */
  loadedSpine(held: HeldTrainingSet, keys: readonly string[], options?: CallOptions): LoadedSpineTable;
  /** Creates a relation of the spine with times shifted by `seconds`; returns its name in schema `featstore`. */
  shiftSpine(held: HeldTrainingSet, seconds: number, options?: CallOptions): Promise<string>;
  /** Moves a job from `queued` to `running`. False if it has ended. */
  start(held: HeldTrainingSet): Promise<boolean>;
  /** Renews the lease for two minutes and records progress. `ended`: the job belongs to another process or has ended. */
  heartbeat(held: HeldTrainingSet, rowsDone: number): Promise<"held" | "cancelled" | "ended">;
  /** Ends the job and drops its spine. False if it had already ended. */
  end(
    held: HeldTrainingSet,
    outcome:
      | { readonly state: "finished"; readonly manifest: unknown }
      | { readonly state: "failed" | "cancelled"; readonly failure: TrainingSetFailure | null },
  ): Promise<boolean>;
  read(id: string): Promise<StoredTrainingSet | undefined>;
  requestCancel(id: string): Promise<void>;
  /** Moves an ended job to `deleted`. False if it has not ended. */
  delete(id: string): Promise<boolean>;
  /** Deletes jobs that ended more than `days` days ago, finished or not. */
  expire(days: number): Promise<void>;
  /** Lists finished training sets with the same reuse key, newest first. */
  finished(reuseKey: string, tenant: string | null): Promise<readonly StoredTrainingSet[]>;
  /** Filters the ids to jobs that ended without a result or whose result was deleted. */
  withoutResult(ids: readonly string[]): Promise<readonly string[]>;
  /** Filters the jobs to those that have ended or that another process has taken over. */
  abandoned(
    jobs: readonly Pick<HeldTrainingSet, "id" | "token">[],
  ): Promise<readonly Pick<HeldTrainingSet, "id" | "token">[]>;
  /** Lists the holders of jobs that have not ended. */
  holders(): Promise<readonly { readonly id: string; readonly token: string; readonly holder: RunHolder }[]>;
  /** Ends dead processes' jobs that cannot be resumed and drops their tables; returns the ids of the ended jobs. */
  sweep(deadTokens: readonly string[]): Promise<readonly string[]>;
  /** Reads the current state of a source; only the tenant's rows of a source with tenants. */
  sourceState(source: PlainSource, tenant: string | null, options?: CallOptions): Promise<SourceState>;
  /** Returns a watermark. Take it before rows are read: writes of transactions still open then count as later. */
  transactionWatermark(options?: CallOptions): Promise<TransactionWatermark>;
  /** Checks whether rows of a source were written, or the table altered, since the watermark; only the tenant's rows of a source with tenants. */
  writesSince(
    source: PlainSource,
    tenant: string | null,
    watermark: TransactionWatermark,
    options?: CallOptions,
  ): Promise<SourceWrites>;
  /** Reads the database's clock in microseconds since 1970 UTC. */
  now(): Promise<bigint>;
  /** Streams the rows of a user's query as JSON objects, in a read-only transaction. */
  readQuery(query: string, options?: CallOptions): AsyncIterable<string>;
}
