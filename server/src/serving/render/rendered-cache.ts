import type { Rendered } from "./rendered";

/** Rendered texts of one selection in one scope, by the id as it was sent. */
export interface RenderedCache {
  /** Returns the text for the id if it is still valid at `now` (microseconds). */
  get(id: string, now: number): Rendered | undefined;
  set(id: string, rendered: Rendered): void;
}

export interface RenderedCaches {
  create(): RenderedCache;
}

/** Estimated bytes of an entry besides its text. */
const ENTRY_BYTES = 160;
/** Estimated bytes of a single response's headers. */
const ANSWER_BYTES = 180;
const MAX_SMALL_LENGTH = 9;

interface Entry {
  readonly key: string | number;
  readonly owner: Map<string | number, Entry>;
  readonly rendered: Rendered;
  /** Set by a hit since the entry was added or last passed over. */
  isReferenced: boolean;
  next: Entry | undefined;
}

/**
 * Creates caches that share a budget of bytes. Over budget, the oldest entries are evicted. An entry that was hit since
 * then gets a second chance as if it were new (the "clock" of F. J. Corbató, 1969), so a hit moves nothing.
 */
export function createRenderedCaches(budgetBytes: number): RenderedCaches {
  let bytes = 0;
  let oldest: Entry | undefined;
  let newest: Entry | undefined;

  const append = (entry: Entry): void => {
    if (newest === undefined) oldest = entry;
    else newest.next = entry;
    newest = entry;
  };
  const forgetOldest = (entry: Entry): void => {
    oldest = entry.next;
    if (oldest === undefined) newest = undefined;
    entry.next = undefined;
    if (entry.isReferenced) {
      entry.isReferenced = false;
      append(entry);
      return;
    }
    if (entry.owner.get(entry.key) === entry) entry.owner.delete(entry.key);
    bytes -= bytesOf(entry.rendered);
  };

  return {
    create() {
      // Small integers, which most ids are, are keyed by number: that needs neither a hash nor a string comparison.
      const entries = new Map<string | number, Entry>();
      return {
        get(id, now) {
          const entry = entries.get(cacheKey(id));
          if (entry === undefined || now > entry.rendered.validUntil) return undefined;
          entry.isReferenced = true;
          return entry.rendered;
        },
        set(id, rendered) {
          const size = bytesOf(rendered);
          if (size > budgetBytes) return;
          const key = cacheKey(id);
          const entry: Entry = { key, owner: entries, rendered, isReferenced: false, next: undefined };
          entries.set(key, entry);
          append(entry);
          bytes += size;
          while (bytes > budgetBytes && oldest !== undefined) forgetOldest(oldest);
        },
      };
    },
  };
}

function bytesOf(rendered: Rendered): number {
  return rendered.text.length + ENTRY_BYTES + (rendered.answer === null ? 0 : ANSWER_BYTES);
}

/** Returns a canonical integer of at most nine digits as a number, any other id unchanged. */
function cacheKey(id: string): string | number {
  const { length } = id;
  if (length === 0 || length > MAX_SMALL_LENGTH) return id;
  let value = 0;
  for (let index = 0; index < length; index++) {
    const digit = id.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9 || (index === 0 && digit === 0 && length > 1)) return id;
    value = value * 10 + digit;
  }
  return value;
}
