/** A message of the parent to DuckDB's process. One statement runs at a time. */
export type ToChild =
  | { readonly kind: "open"; readonly session: SessionSettings }
  | {
      readonly kind: "run";
      readonly text: string;
      readonly parameters: readonly (string | null)[];
      readonly wantsRows: boolean;
    }
  | { readonly kind: "interrupt" };

/** The answer of DuckDB's process to `open` and `run`. */
export type FromChild =
  | { readonly kind: "done"; readonly rows: readonly TextRow[] }
  | { readonly kind: "failed"; readonly during: FailedStep; readonly message: string };

/** A row by column names; values are DuckDB's texts, or null. */
export type TextRow = Readonly<Record<string, string | null>>;

/** The step that failed. Statements of `secret` and `attach` contain secrets, so nothing of their messages is shown. */
export type FailedStep = "package" | "extension" | "secret" | "attach" | "statement";

export interface SessionSettings {
  readonly memoryMb: number;
  readonly threads: number;
  /** The folder for what does not fit into memory. */
  readonly spill: string;
  /** Folders and prefixes of buckets that statements may read and write. */
  readonly allowed: readonly string[];
  /** Paths of the extensions' files. */
  readonly extensions: readonly string[];
  readonly http: { readonly timeoutSeconds: number; readonly retries: number };
  /** Parameters of DuckDB's secrets, whose values are texts or booleans. */
  readonly s3: SecretParameters | null;
  readonly postgres: { readonly secret: SecretParameters; readonly connection: string } | null;
  /** The folder below which relative paths are. */
  readonly home: string;
  /** Statements that create macros. */
  readonly macros: readonly string[];
}

export type SecretParameters = Readonly<Record<string, string | boolean>>;
