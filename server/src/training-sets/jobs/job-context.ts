import type { RunHolder } from "../../database/index";
import type { RegistrySnapshot } from "../../registry/index";
import type { SpineLimits } from "../spine/spine-limits";
import type { TrainingSetLimits } from "../training-set-types";
import type { ActiveJobs } from "./active-jobs";
import type { JobRunner } from "./job-runner";
import type { JobDependencies } from "./training-job";

export interface TrainingSetsOptions extends JobDependencies {
  readonly snapshot: () => Promise<RegistrySnapshot>;
  readonly holder: RunHolder;
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
  readonly maxRows: number;
  readonly spineLimits: SpineLimits;
  /** Limits of waiting jobs over all servers of the database; null for no limit. */
  readonly limits: TrainingSetLimits | null;
  /** Milliseconds allowed for reading a spine and for building a result, each. */
  readonly deadlineMs: number;
  readonly onFault: (error: unknown, id: string) => void;
  /** True if `sweep` resumes the jobs of dead processes. Default false: another process resumes them. */
  readonly resumesDeadJobs?: boolean;
  /** Days until an ended training set expires, finished or not. Default null: never. */
  readonly retentionDays?: number | null;
  /** Milliseconds between heartbeats of the two-minute lease. Default 5,000. */
  readonly heartbeatMs?: number;
}

/** The dependencies that the steps of a job share. */
export interface JobContext {
  readonly options: TrainingSetsOptions;
  readonly jobs: ActiveJobs;
  readonly runner: JobRunner;
}
