/** The calls to PostgreSQL that a sample needs. A failed call may throw an error with PostgreSQL's SQLSTATE as `sqlState`. */
export interface SampleDatabase {
  /** Runs one statement and returns its rows as objects by column name. */
  query<Row extends object>(statement: {
    readonly text: string;
    readonly parameters?: readonly string[];
  }): Promise<Row[]>;
  /** Runs several statements in one transaction: all or nothing. */
  script(text: string): Promise<void>;
  /** Loads rows in PostgreSQL's CSV format and returns their number. */
  copyFrom(
    target: { readonly table: string; readonly columns: readonly string[] },
    chunks: Iterable<string>,
  ): Promise<number>;
}

/** Returns whether the error is PostgreSQL's with this SQLSTATE. */
export function hasSqlState(error: unknown, sqlState: string): boolean {
  return error instanceof Error && "sqlState" in error && error.sqlState === sqlState;
}
