import { indentAround } from "../text/quote";

/** Quotes a name so that Spark reads it literally. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/**
 * Quotes a text constant. Spark reads escapes in it, and replaces `${…}` by settings before it parses a statement. A
 * constant has no quote and no line end of its own, so that its end is plain to see.
 */
export function quoteText(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\u0027")
    .replaceAll("${", "\\u0024{")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `'${escaped}'`;
}

/** Names with up to three parts. */
export function quoteTable(...parts: readonly (string | null)[]): string {
  return parts
    .filter((part) => part !== null)
    .map(quoteName)
    .join(".");
}

/** In constants of an author's query, a backslash escapes a quote. */
export const indent = indentAround(
  /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`]|``)*`|--[^\n]*|\/\*.*?\*\/|\n(?=[^\n])/gis,
);
