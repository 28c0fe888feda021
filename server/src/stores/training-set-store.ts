import type { Source } from "@featstore/definitions";
import type { CallOptions } from "../database/database";
import type { RunHolder } from "./offline-store";

export type TrainingSetState = "loading" | "queued" | "running" | "finished" | "failed" | "cancelled";

/** Why a job ended without a result, as it is told to whoever asked for it. */
export interface TrainingSetFailure {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly place: string; readonly detail: string }[];
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
}

/** What a source held when a training set was made of it, as far as its tenant may see. */
export interface SourceState {
  readonly rows: number;
  /** The tie-break columns' texts of the last row by them, by column; null where there is no row or no tie-break. */
  readonly largest: Readonly<Record<string, string | null>> | null;
  /** The latest event time, microseconds since 1970 UTC as text; null where there is none. */
  readonly latest: string | null;
}

/** Jobs of training sets, with their spines' tables. */
export interface TrainingSetStore {
  /** Notes a job in state `loading` and makes its empty spine table. */
  beginJob(request: NewTrainingSet, options?: CallOptions): Promise<HeldTrainingSet>;
  /** Fills the spine table from lines of CSV: row, tenant, keys, as-of time, passthrough. Gives the rows loaded. */
  loadSpine(
    held: HeldTrainingSet,
    keys: readonly string[],
    lines: AsyncIterable<string>,
    options?: CallOptions,
  ): Promise<number>;
  /** From `loading` to `queued`. False: the job was ended. */
  queue(held: HeldTrainingSet, spineRows: number, reuseKey: string): Promise<boolean>;
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
  /** Finished ones that were asked for with the same words, newest first. */
  finished(reuseKey: string, tenant: string | null): Promise<readonly StoredTrainingSet[]>;
  /** Those of the ids whose jobs ended without a result. */
  withoutResult(ids: readonly string[]): Promise<readonly string[]>;
  /** Who holds the jobs that have not ended. */
  holders(): Promise<readonly { readonly id: string; readonly token: string; readonly holder: RunHolder }[]>;
  /** Ends the jobs of the dead and drops what is left of them; gives the ids of the jobs ended. */
  sweep(deadTokens: readonly string[]): Promise<readonly string[]>;
  /** What a source holds now; of a source with tenants, that tenant's rows. */
  sourceState(source: Source, tenant: string | null, options?: CallOptions): Promise<SourceState>;
  /** The database's clock, microseconds since 1970 UTC. */
  now(): Promise<bigint>;
  /** Rows of a user's query as JSON objects, in a read-only transaction. */
  readQuery(query: string, options?: CallOptions): AsyncIterable<string>;
}
