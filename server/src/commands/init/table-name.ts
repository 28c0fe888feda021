export interface TableName {
  /** Null: wherever the search path has the table. */
  readonly schema: string | null;
  readonly table: string;
}

const QUOTED = '"(?:[^"]|"")+"';
const NAME = new RegExp(`^(?:(${QUOTED}|[^".]+)\\.)?(${QUOTED}|[^".]+)$`);

/**
 * A table as people write it: `plays`, `music.plays`, and with SQL's quotes `"Order"`, `music."Order Lines"`. Without quotes
 * a name is taken as it is, capitals included; so is a text that is no name in SQL, after its first dot.
 */
export function parseTableName(text: string): TableName {
  const [, schema, table] = NAME.exec(text) ?? [];
  if (table !== undefined) return { schema: schema === undefined ? null : unquoted(schema), table: unquoted(table) };
  const dot = text.indexOf(".");
  return { schema: dot < 0 ? null : text.slice(0, dot), table: text.slice(dot + 1) };
}

/** A name without SQL's quotes, where it has them. */
export function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
