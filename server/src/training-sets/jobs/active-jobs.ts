import type { ResultRows } from "../output/result-rows";
import type { TrainingManifest } from "../output/training-manifest";
import type { HeldTrainingSet } from "../training-set-types";

export interface StartedTrainingSet {
  readonly id: string;
  /** True if an earlier training set is reused. */
  readonly isReused: boolean;
  /** Resolves with the manifest, or rejects. Awaiting it is optional. */
  readonly done: Promise<TrainingManifest>;
  /** Rows written so far, of all spine rows. */
  progress(): { readonly rows: number; readonly total: number };
}

/** A job of this process, from the attempt to acquire it to its end. */
export interface ActiveJob {
  /** The organisation or tenant that it takes turns as; null: neither. */
  readonly turn: string | null;
  readonly controller: AbortController;
  isCancelled: boolean;
  rows: ResultRows | null;
  /** Set once its spine is loaded; from then on another process could resume it. */
  started: StartedTrainingSet | null;
}

/** A job that this process has acquired. */
export interface HeldJob extends ActiveJob {
  readonly held: HeldTrainingSet;
  /** Stops renewing the lease and waits for a renewal in progress. */
  releaseLease(): Promise<void>;
}

/** The jobs of this process, by id. */
export interface ActiveJobs {
  add(id: string, turn: string | null): ActiveJob;
  get(id: string): ActiveJob | undefined;
  has(id: string): boolean;
  delete(id: string): void;
  /** True once the process stops. */
  isClosed(): boolean;
  /** Aborts every job. Jobs that another process can resume are released instead of failed. */
  close(): void;
}

export function createActiveJobs(): ActiveJobs {
  const jobs = new Map<string, ActiveJob>();
  let isClosed = false;
  return {
    add(id, turn) {
      const job = { turn, controller: new AbortController(), isCancelled: false, rows: null, started: null };
      jobs.set(id, job);
      return job;
    },
    get: (id) => jobs.get(id),
    has: (id) => jobs.has(id),
    delete: (id) => void jobs.delete(id),
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      for (const { controller } of jobs.values()) controller.abort();
    },
  };
}

export function cancelJob(job: ActiveJob): void {
  job.isCancelled = true;
  job.controller.abort();
}
