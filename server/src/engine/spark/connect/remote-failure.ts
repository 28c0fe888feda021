import type { SparkErrorParts } from "./spark-error";

/** A failure of a call, before it is known what it means for the caller. */
export interface RemoteFailure extends SparkErrorParts {
  /** Whether the connection broke, so that the call may be repeated. */
  readonly isCut: boolean;
  /** The code of gRPC, `permission_denied`. */
  readonly status: string;
  /** Spark's message. May quote values of rows. */
  readonly message: string;
  /** Why the connection broke, `ECONNREFUSED`. */
  readonly reason?: string | undefined;
  /** The class of the exception in Spark, `java.io.FileNotFoundException`. */
  readonly exception?: string | undefined;
}

/** What a call was for: the same failure means something else for each. */
export type Purpose = "open" | "operation" | "call";

/** A failure of a call, thrown within the client. */
export class RemoteError extends Error {
  constructor(readonly failure: RemoteFailure) {
    super(failure.message);
    this.name = "RemoteError";
  }
}
