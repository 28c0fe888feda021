import { type ErrorCode, FeatstoreError } from "../core/index";
import { DatabaseError } from "../database/index";

export type EngineErrorCode = Extract<ErrorCode, `engine_${string}` | "path_outside_roots">;

/** The failure of an engine other than PostgreSQL. `detail` names a file or an operation, and quotes no secret and no value of a row. */
export class EngineError extends FeatstoreError {
  declare readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, detail: string, options?: ErrorOptions) {
    super(code, detail, options);
    this.name = "EngineError";
  }
}

const OF_SOURCE: ReadonlySet<string> = new Set([
  "path_outside_roots",
  "engine_query_refused",
  "engine_source_failed",
  "engine_statement_failed",
]);

/** Returns whether a failure concerns one source, and not the whole engine. */
export function isFailureOfSource({ code }: EngineError): boolean {
  return OF_SOURCE.has(code);
}

/** Returns the message of an error by which an engine refuses a statement or cannot read its source; null for another error. */
export function refusalOf(error: unknown): string | null {
  if (error instanceof DatabaseError && error.code === "statement_failed") return error.message;
  return error instanceof EngineError && isFailureOfSource(error) ? error.detail : null;
}
