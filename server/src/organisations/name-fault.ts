import { printableFault } from "../core/index";

const MAX_CHARACTERS = 200;

/** Returns what is wrong with the name of an organisation or a person; undefined if nothing is. */
export function nameFault(name: string): string | undefined {
  const length = name.length > 2 * MAX_CHARACTERS ? name.length : [...name].length;
  if (length < 1 || length > MAX_CHARACTERS) return `expected 1 to ${MAX_CHARACTERS} characters`;
  return printableFault(name) ?? (name === name.trim() ? undefined : "expected no spaces at its ends");
}
