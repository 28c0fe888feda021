import type { CallOptions } from "../database/database";
import type { RunHolder } from "./offline-store";
import type { TrainingSetState } from "./training-set-store";

/** Which key is to go, and who says so. */
export interface ErasureRequest {
  readonly entity: string;
  /** The key's parts in key order, integers in canonical decimal. */
  readonly key: readonly string[];
  /** Only the rows of this tenant; null: of every scope. */
  readonly tenant: string | null;
  readonly actor: string;
  readonly message: string | null;
  readonly holder: RunHolder;
}

/** What goes from one version of a view. */
export interface ErasedView {
  readonly view: string;
  readonly version: number;
  /** Rows of all generations that are there, and of what is kept of earlier times. */
  readonly rows: number;
  readonly history: number;
  /**
   * Why nothing was looked for: `other_key`, the version's key has other parts; `shared`, its rows are of no tenant and one
   * was named. Null: it was.
   */
  readonly skipped: "other_key" | "shared" | null;
}

export interface ErasureReport {
  /** Null where nothing was erased yet. */
  readonly revision: number | null;
  /** HMAC of the key under a secret of the database, as the history has it: the same for the same key at any time. */
  readonly keyDigest: string;
  readonly views: readonly ErasedView[];
  /** Sampled answers that go. */
  readonly answers: number;
  /** Runs whose examples or message named the key. */
  readonly runs: number;
}

/** A training set of an entity that has data, or will have. */
export interface EntityTrainingSet {
  readonly id: string;
  readonly tenant: string | null;
  readonly state: Extract<TrainingSetState, "loading" | "queued" | "running" | "finished">;
  /** The machine that made it. */
  readonly host: string;
  /** Null where it is finished, or is not loaded yet. */
  readonly spineTable: string | null;
}

/** Erases what is kept of an entity's key in the database. */
export interface ErasureStore {
  /** What `erase` would do now. Errors: as `erase`, but for those of runs under way. */
  preview(request: ErasureRequest, options?: CallOptions): Promise<ErasureReport>;
  /**
   * Erases, in one statement.
   *
   * @throws RegistryError `entity_not_applied`, `key_has_other_parts`; `run_in_progress`, `changes_in_progress` while a view
   *   of the entity, or anything, is materialized
   */
  erase(request: ErasureRequest, options?: CallOptions): Promise<ErasureReport>;
  /** Training sets of the entity, or that may be: of those being loaded it is not known. `tenant`: null for all. */
  trainingSets(entity: string, tenant: string | null): Promise<readonly EntityTrainingSet[]>;
  /** Whether a loaded spine has the key; undefined: it is gone. */
  isInSpine(
    spineTable: string,
    key: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<boolean | undefined>;
}
