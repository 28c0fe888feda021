// Names are shown in lists, mails and logs, where these characters would begin a new line or field, turn the order of the
// text around, or be invisible: control characters, line separators, halves of characters, signs of direction, soft
// hyphens, and characters without width.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;
/** Emoji and some scripts need the joiners, between two of their own characters. */
const LONE_JOINER = /(?<![^\0-\x7f\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f\u200c\u200d])/u;

/**
 * Returns what is wrong with the characters of a name; undefined if nothing is.
 *
 * @example printableFault("ranking\u202e") // "expected no control, direction or invisible characters"
 */
export function printableFault(name: string): string | undefined {
  return UNPRINTABLE.test(name) || LONE_JOINER.test(name)
    ? "expected no control, direction or invisible characters, such as line breaks"
    : undefined;
}
