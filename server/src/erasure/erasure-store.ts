import type { CallOptions, RunHolder } from "../database/index";
import type { TrainingSetState } from "../training-sets/index";

/** A request to erase a key, with its actor. */
export interface ErasureRequest {
  readonly entity: string;
  /** The key's parts in key order, integers in canonical decimal. */
  readonly key: readonly string[];
  /** The only tenant whose rows are erased; null for every scope. */
  readonly tenant: string | null;
  readonly actor: string;
  readonly message: string | null;
  readonly holder: RunHolder;
}

/** The rows erased from one version of a view. */
export interface ErasedView {
  readonly view: string;
  readonly version: number;
  /** Rows of all existing generations and of the stored history. */
  readonly rows: number;
  readonly history: number;
  /**
   * The reason why the version was skipped: `other_key`, its key has other parts; `shared`, its rows belong to no tenant but
   * the request names one. Null if it was searched.
   */
  readonly skipped: "other_key" | "shared" | null;
}

export interface ErasureReport {
  /** Null in a preview. */
  readonly revision: number | null;
  /** HMAC of the key under a secret of the database, as in the history: always the same for the same key. */
  readonly keyDigest: string;
  readonly views: readonly ErasedView[];
  /** Erased sampled responses. */
  readonly answers: number;
  /** Runs whose examples or message contained the key. */
  readonly runs: number;
}

/** A training set of an entity that has data, or will have data. */
export interface EntityTrainingSet {
  readonly id: string;
  readonly tenant: string | null;
  readonly state: Extract<TrainingSetState, "loading" | "queued" | "running" | "finished">;
  /** The machine that built it. */
  readonly host: string;
  /** Null if it is finished or not loaded yet. */
  readonly spineTable: string | null;
}

/** Erases an entity key from the database. */
export interface ErasureStore {
  /** Reports what `erase` would do now. Errors: as `erase`, except those of active runs. */
  preview(request: ErasureRequest, options?: CallOptions): Promise<ErasureReport>;
  /**
   * Erases a key in one statement.
   *
   * @throws RegistryError `entity_not_applied`, `key_has_other_parts`; `run_in_progress` during a run of one of the entity's
   *   views, `changes_in_progress` while changes are computed
   */
  erase(request: ErasureRequest, options?: CallOptions): Promise<ErasureReport>;
  /** Lists training sets of the entity, including those being loaded, whose entity is unknown. A null `tenant` means all. */
  trainingSets(entity: string, tenant: string | null): Promise<readonly EntityTrainingSet[]>;
  /** Returns whether a loaded spine contains the key; undefined if the spine is gone. */
  isInSpine(
    spineTable: string,
    key: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<boolean | undefined>;
}
