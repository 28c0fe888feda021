import type { SparkErrorParts } from "./spark-error";

/** A failure of a call, before it is known what it means for the caller. */
export interface RemoteFailure extends SparkErrorParts {
  /** Whether the connection broke, or the server says so, so that the call may be repeated. */
  readonly isCut: boolean;
  /** The code of gRPC, `permission_denied`. */
  readonly status: string;
  /** Spark's message. May quote values of rows. */
  readonly message: string;
  /** Why there is no connection, `does not answer (ECONNREFUSED)`. */
  readonly reason?: string | undefined;
  /** The class of the exception in Spark, `java.io.FileNotFoundException`. */
  readonly exception?: string | undefined;
}

/** The kind of what failed: a statement that had begun, or a call that did nothing. */
export type Purpose = "operation" | "call";

/** A failure of a call, thrown within the client. */
export class RemoteError extends Error {
  constructor(
    readonly failure: RemoteFailure,
    readonly purpose: Purpose,
  ) {
    super(failure.message);
    this.name = "RemoteError";
  }
}
