import { EngineError, type EngineErrorCode } from "../../engine-error";

/** The place in a statement's text that an error is about. */
export interface StatementPosition {
  /** Offsets in characters of the text, from 0; `stop` is the last one. */
  readonly start: number;
  readonly stop: number;
  readonly fragment: string;
}

export interface SparkErrorParts {
  /** `UNRESOLVED_COLUMN.WITH_SUGGESTION`; undefined if Spark gave none. */
  readonly errorClass?: string | undefined;
  readonly sqlState?: string | undefined;
  /** May quote values of rows. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly position?: StatementPosition | undefined;
}

/** A failure that Spark reported about a statement. */
export class SparkError extends EngineError {
  readonly errorClass: string | undefined;
  readonly sqlState: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly position: StatementPosition | undefined;

  constructor(code: EngineErrorCode, detail: string, parts: SparkErrorParts) {
    super(code, detail);
    this.name = "SparkError";
    this.errorClass = parts.errorClass;
    this.sqlState = parts.sqlState;
    this.parameters = parts.parameters ?? {};
    this.position = parts.position;
  }
}
