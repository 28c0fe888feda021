const MAX_CHARACTERS = 200;
/** Control characters, line separators, reversed text, and halves of characters. */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** Returns what is wrong with the name of an organisation or a person; undefined if nothing is. */
export function nameFault(name: string): string | undefined {
  const length = name.length > 2 * MAX_CHARACTERS ? name.length : [...name].length;
  if (length < 1 || length > MAX_CHARACTERS) return `expected 1 to ${MAX_CHARACTERS} characters`;
  if (FORBIDDEN.test(name)) return "expected no control characters and line breaks";
  return name === name.trim() ? undefined : "expected no spaces at its ends";
}
