import type { Rendered } from "./render-features";

/** Rendered texts of one selection in one scope, by the id as it was sent. */
export interface RenderedCache {
  /** The text for the id, if it still stands at `now` (microseconds). */
  get(id: string, now: number): Rendered | undefined;
  set(id: string, rendered: Rendered): void;
}

export interface RenderedCaches {
  create(): RenderedCache;
}

/** What an entry takes beside its text, bytes, estimated. */
const ENTRY_BYTES = 160;
const LONGEST_SMALL = 9;

/**
 * Caches that share a budget of bytes. Each keeps a young and an old half: when the young halves fill half of the budget
 * together, they become the old ones, and what was not asked for since then is forgotten.
 */
export function createRenderedCaches(budgetBytes: number): RenderedCaches {
  let epoch = 0;
  let youngBytes = 0;

  return {
    create() {
      let ownEpoch = epoch;
      // Small integers, which most ids are, are looked up by number: that needs neither a hash nor a comparison of texts.
      let young = new Map<string | number, Rendered>();
      let old = new Map<string | number, Rendered>();

      const turn = (): void => {
        if (ownEpoch === epoch) return;
        old = ownEpoch === epoch - 1 ? young : new Map();
        young = new Map();
        ownEpoch = epoch;
      };
      const put = (id: string | number, rendered: Rendered): void => {
        young.set(id, rendered);
        youngBytes += rendered.text.length + ENTRY_BYTES;
        if (youngBytes > budgetBytes / 2) {
          epoch++;
          youngBytes = 0;
        }
      };

      return {
        get(id, now) {
          turn();
          const key = small(id);
          const recent = young.get(key);
          if (recent !== undefined) return now <= recent.validUntil ? recent : undefined;
          const earlier = old.get(key);
          if (earlier === undefined || now > earlier.validUntil) return undefined;
          put(key, earlier);
          return earlier;
        },
        set(id, rendered) {
          if (budgetBytes <= 0) return;
          turn();
          put(small(id), rendered);
        },
      };
    },
  };
}

/** A canonical integer of at most nine digits as a number, any other id as it is. */
function small(id: string): string | number {
  const { length } = id;
  if (length === 0 || length > LONGEST_SMALL) return id;
  let value = 0;
  for (let index = 0; index < length; index++) {
    const digit = id.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9 || (index === 0 && digit === 0 && length > 1)) return id;
    value = value * 10 + digit;
  }
  return value;
}
