import type { PlainSource } from "@featstore/definitions";
import type { CallOptions } from "../database/database";
import type { RunHolder } from "./offline-store";

/** `deleted`: it was finished, or ended otherwise, and nothing is left of it but its id. */
export type TrainingSetState = "loading" | "queued" | "running" | "finished" | "failed" | "cancelled" | "deleted";

/** Why a job ended without a result, as it is told to whoever asked for it. */
export interface TrainingSetFailure {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly detail: string }[];
}

/** A job as it is stored. Instants are microseconds since 1970 UTC. */
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
  /** JSON text of what the job is made of besides its spine; null until that is loaded. */
  readonly job: string | null;
  readonly failure: TrainingSetFailure | null;
  readonly createdAt: bigint;
  readonly startedAt: bigint | null;
  readonly finishedAt: bigint | null;
}

/** A job that this process holds. `token`: every step is refused once somebody else has ended it. */
export interface HeldTrainingSet {
  readonly id: string;
  readonly token: string;
  /** The spine's table in schema `featstore`. */
  readonly table: string;
}

export interface NewTrainingSet {
  readonly id: string;
  readonly tenant: string | null;
  /** What was asked for, for people. */
  readonly request: unknown;
  readonly holder: RunHolder;
  readonly keys: readonly { readonly name: string; readonly databaseType: string }[];
  /** Null: any number. */
  readonly limits: TrainingSetLimits | null;
}

/** How many training sets may wait, besides one that is made, before another is refused. */
export interface TrainingSetLimits {
  readonly total: number;
  /** Of one tenant; those without a tenant are counted together. */
  readonly perTenant: number;
}

/** What a source held when a training set was made of it, as far as its tenant may see. */
export interface SourceState {
  readonly rows: number;
  /** The tie-break columns' texts of the last row by them, by column; null where there is no row or no tie-break. */
  readonly largest: Readonly<Record<string, string | null>> | null;
  /** The latest event time, microseconds since 1970 UTC as text; null where there is none. */
  readonly latest: string | null;
}

/** All transactions before it were over when it was asked for. `transaction`: its number, with its epoch, as text. */
export interface TransactionWatermark {
  /** Numbers mean nothing in another PostgreSQL; '' where it does not say which it is. */
  readonly cluster: string;
  readonly transaction: string;
}

/** `unknown`: the source is no plain table, or the horizon is of another PostgreSQL or too long ago to compare. */
export type SourceWrites = "none" | "written" | "unknown";

/** A spine table that may have lost its rows: a PostgreSQL that crashed empties it. */
export interface LoadedSpineTable {
  rows(): Promise<number>;
  /** The lines of CSV that it was filled from. */
  lines(): AsyncIterable<string>;
  empty(): Promise<void>;
}

/** Jobs of training sets, with their spines' tables. */
export interface TrainingSetStore {
  /**
   * Notes a job in state `loading` and makes its empty spine table. Errors: `training_queue_full`,
   * `training_tenant_queue_full`.
   */
  beginJob(request: NewTrainingSet, options?: CallOptions): Promise<HeldTrainingSet>;
  /** Fills the spine table from lines of CSV: row, tenant, keys, as-of time, passthrough. Gives the rows loaded. */
  loadSpine(
    held: HeldTrainingSet,
    keys: readonly string[],
    lines: AsyncIterable<string>,
    options?: CallOptions,
  ): Promise<number>;
  /** From `loading` to `queued`, with all that another process needs to take it up. False: the job was ended. */
  queue(
    held: HeldTrainingSet,
    loaded: { readonly spineRows: number; readonly reuseKey: string; readonly job: unknown },
  ): Promise<boolean>;
  /** Gives a loaded job back, so that the next process may take it up at once. That is no death. */
  release(held: HeldTrainingSet): Promise<void>;
  /** Loaded jobs whose holders are dead, by lease or by these tokens; oldest first. */
  orphans(deadTokens: readonly string[]): Promise<readonly { readonly id: string; readonly token: string }[]>;
  /** Takes an orphan up. Undefined: somebody else has it, it has ended, or it is the second that a process died of it. */
  take(id: string, token: string, holder: RunHolder): Promise<HeldTrainingSet | undefined>;
  /** A job's spine table, as `loadSpine` filled it. */
  loadedSpine(held: HeldTrainingSet, keys: readonly string[], options?: CallOptions): LoadedSpineTable;
  /** The job's spine at another time: a relation like it, so many seconds later. Gives its name in schema `featstore`. */
  shiftSpine(held: HeldTrainingSet, seconds: number, options?: CallOptions): Promise<string>;
  /** From `queued` to `running`. False: the job was ended. */
  start(held: HeldTrainingSet): Promise<boolean>;
  /** Renews the lease for two minutes and notes the progress. `ended`: the job is no longer ours. */
  heartbeat(held: HeldTrainingSet, rowsDone: number): Promise<"held" | "cancelled" | "ended">;
  /** Ends the job and drops its spine. False: it had ended. */
  end(
    held: HeldTrainingSet,
    outcome:
      | { readonly state: "finished"; readonly manifest: unknown }
      | { readonly state: "failed" | "cancelled"; readonly failure: TrainingSetFailure | null },
  ): Promise<boolean>;
  read(id: string): Promise<StoredTrainingSet | undefined>;
  requestCancel(id: string): Promise<void>;
  /** From an end to `deleted`. False: it has not ended. */
  delete(id: string): Promise<boolean>;
  /** Deletes what ended more than so many days ago, finished or not. */
  expire(days: number): Promise<void>;
  /** Finished ones that were asked for with the same words, newest first. */
  finished(reuseKey: string, tenant: string | null): Promise<readonly StoredTrainingSet[]>;
  /** Those of the ids whose jobs ended without a result, or whose result was deleted. */
  withoutResult(ids: readonly string[]): Promise<readonly string[]>;
  /** Those of the jobs that have ended, or that another process has taken up since. */
  abandoned(
    jobs: readonly Pick<HeldTrainingSet, "id" | "token">[],
  ): Promise<readonly Pick<HeldTrainingSet, "id" | "token">[]>;
  /** Who holds the jobs that have not ended. */
  holders(): Promise<readonly { readonly id: string; readonly token: string; readonly holder: RunHolder }[]>;
  /** Ends the jobs of the dead that nobody can take up and drops what is left of them; gives the ids of the jobs ended. */
  sweep(deadTokens: readonly string[]): Promise<readonly string[]>;
  /** What a source holds now; of a source with tenants, that tenant's rows. */
  sourceState(source: PlainSource, tenant: string | null, options?: CallOptions): Promise<SourceState>;
  /** To be asked for before rows are read: what is written by a transaction still open then counts as later. */
  transactionWatermark(options?: CallOptions): Promise<TransactionWatermark>;
  /** Whether a row that is in a source was written since, or the table altered; of one with tenants, that tenant's rows. */
  writesSince(
    source: PlainSource,
    tenant: string | null,
    watermark: TransactionWatermark,
    options?: CallOptions,
  ): Promise<SourceWrites>;
  /** The database's clock, microseconds since 1970 UTC. */
  now(): Promise<bigint>;
  /** Rows of a user's query as JSON objects, in a read-only transaction. */
  readQuery(query: string, options?: CallOptions): AsyncIterable<string>;
}
