/**
 * SQL text with its parameters. Every placeholder in `text` has its own cast (`$2::text`), so that every parameter is
 * sent as text and nothing depends on the driver's type inference.
 */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly (string | null)[];
}

/**
 * A view's rows as of one time: `$1` is the as-of time as ISO text; `parameters` are bound from `$2` on.
 *
 * Result columns, in order: `_tenant` text ('' is the shared scope), the key columns, `_event_time` timestamptz (null
 * for a population member without source rows), the features by name, `_unparsed` text[] (names of features that lost a
 * value to a cast that did not parse; null when none did).
 */
export interface CompiledView {
  readonly compilerVersion: number;
  readonly text: string;
  readonly parameters: readonly (string | null)[];
  /** The columns of the generation that the rows fill. */
  readonly columns: readonly CompiledColumn[];
}

export interface CompiledColumn {
  readonly name: string;
  /** PostgreSQL's name of the column's type, `double precision`. */
  readonly databaseType: string;
}
