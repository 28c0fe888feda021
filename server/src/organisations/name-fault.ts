import { printableFault } from "../core/index";

export const MAX_NAME_CHARACTERS = 200;
/** What mail programs turn into links; `Booking.com` and `AC/DC` are names. */
const LINK = /:\/\/|\bwww\.|\bmailto:|[^\s.]\.\p{L}{2,}[/:?#]/iu;

/** Returns what is wrong with the name of an organisation or a person; undefined if nothing is. */
export function nameFault(name: string): string | undefined {
  const length = name.length > 2 * MAX_NAME_CHARACTERS ? name.length : [...name].length;
  if (length < 1 || length > MAX_NAME_CHARACTERS) return `expected 1 to ${MAX_NAME_CHARACTERS} characters`;
  if (LINK.test(name)) return "expected no link, because names stand in mails";
  return printableFault(name) ?? (name === name.trim() ? undefined : "expected no spaces at its ends");
}

/** Returns a name as mails show it. Names of keys, and those that come from mail addresses, may look like links. */
export function nameInMail(name: string): string {
  return LINK.test(name) ? name.replaceAll(/[.:/]+/g, " ") : name;
}
