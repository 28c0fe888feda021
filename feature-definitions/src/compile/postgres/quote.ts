/** Quotes a name so that PostgreSQL reads it literally. Every identifier in compiled SQL is quoted here. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Quotes a structural text constant (a function's unit, a feature's own name); values of definitions are parameters
 * instead.
 */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteTable(schema: string | null, table: string): string {
  return schema === null ? quoteName(table) : `${quoteName(schema)}.${quoteName(table)}`;
}

/** Indents every line by two spaces. */
export function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
