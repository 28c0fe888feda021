/** A name as PostgreSQL reads it literally. Every identifier in compiled SQL passes here. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A structural text constant (a function's unit, a feature's own name); values of definitions are parameters instead. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteTable(schema: string | null, table: string): string {
  return schema === null ? quoteName(table) : `${quoteName(schema)}.${quoteName(table)}`;
}

/** Every line moved right by two spaces. */
export function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
