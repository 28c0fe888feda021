import { type ErrorCode, FeatstoreError } from "../core/index";

export type EngineErrorCode = Extract<ErrorCode, `engine_${string}` | "path_outside_roots">;

/** The failure of an engine other than PostgreSQL. `detail` names a file or an operation, and quotes no secret and no value of a row. */
export class EngineError extends FeatstoreError {
  declare readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, detail: string, options?: ErrorOptions) {
    super(code, detail, options);
    this.name = "EngineError";
  }
}
