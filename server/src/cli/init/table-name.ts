export interface TableName {
  /** Null to use the search path. */
  readonly schema: string | null;
  readonly table: string;
}

const QUOTED = '"(?:[^"]|"")+"';
const NAME = new RegExp(`^(?:(${QUOTED}|[^".]+)\\.)?(${QUOTED}|[^".]+)$`);

/**
 * Parses a table name: `plays`, `music.plays`, or with SQL's quotes `"Order"`, `music."Order Lines"`. An unquoted name keeps
 * its capitals; so does text after the first dot that is not a name in SQL.
 */
export function parseTableName(text: string): TableName {
  const [, schema, table] = NAME.exec(text) ?? [];
  if (table !== undefined) return { schema: schema === undefined ? null : unquoted(schema), table: unquoted(table) };
  const dot = text.indexOf(".");
  return { schema: dot < 0 ? null : text.slice(0, dot), table: text.slice(dot + 1) };
}

/** Removes SQL's quotes from a name, if any. */
export function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
