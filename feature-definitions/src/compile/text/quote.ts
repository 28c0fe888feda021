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

/** Constants, quoted names and comments, whose lines are part of them, or the end of a line before one that is not empty. */
const lineEnds =
  /(?<!\w)e'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([a-z_]\w*)?\$.*?\$\1\$|--[^\n]*|\/\*.*?\*\/|\n(?=[^\n])/gis;

/**
 * Indents every line by two spaces, except lines that begin inside a constant, a quoted name or a comment; the pattern
 * finds these and the ends of lines that a line with text follows.
 */
export function indentAround(pattern: RegExp): (text: string) => string {
  return (text) => {
    const indented = text.replaceAll(pattern, (found) => (found === "\n" ? "\n  " : found));
    return /^[^\n]/.test(text) ? `  ${indented}` : indented;
  };
}

export const indent = indentAround(lineEnds);
