import type { Grants } from "../core/index";
import type { RunHolder } from "../database/index";
import type { KeyHolder } from "../http/index";

/** The key that ordered a training set. */
export interface TrainingSetOwner extends Pick<KeyHolder, "keyId" | "lineId" | "organisation"> {
  /** How many of its organisation may be under way at once. */
  readonly exports: number;
  /** The client's address. */
  readonly address: string | null;
  /** Absent: another request for the same makes another training set. */
  readonly repeatable?: RepeatableRequest | undefined;
}

/** A request that gets the same training set when it is repeated. */
export interface RepeatableRequest {
  readonly idempotencyKey: string;
  /** SHA-256 of the request, 64 hexadecimal digits. */
  readonly digest: string;
}

/** Who asks for a training set. */
export interface TrainingSetViewer {
  readonly tenant: string | null;
  /** Null: a key without an organisation. Absent: a command, which sees those of every organisation. */
  readonly organisation?: string | null | undefined;
  /** Limits the views whose data it sees. Absent: every view. */
  readonly grants?: Grants | undefined;
}

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
  /** The organisation of the key that ordered it. */
  readonly organisation: string | null;
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
}

export interface NewTrainingSet {
  readonly id: string;
  readonly tenant: string | null;
  /** The request, for display. */
  readonly request: unknown;
  /** The key that orders it. Absent: a command. */
  readonly owner?: TrainingSetOwner | undefined;
  readonly holder: RunHolder;
  readonly keys: readonly { readonly name: string; readonly databaseType: string }[];
  /** Null for no limit. */
  readonly limits: TrainingSetLimits | null;
}

/** Limits of training sets that wait while one is built. */
export interface TrainingSetLimits {
  readonly total: number;
  /** Limit per organisation, and of keys without one per tenant; those without a tenant count together. */
  readonly perTenant: number;
}
