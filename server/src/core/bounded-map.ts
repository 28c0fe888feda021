/** A map that evicts its oldest entry when it is full. */
export interface BoundedMap<Entry> {
  get(key: string): Entry | undefined;
  set(key: string, entry: Entry): void;
  delete(key: string): void;
  clear(): void;
  readonly size: number;
}

export function createBoundedMap<Entry>(maxEntries: number): BoundedMap<Entry> {
  const entries = new Map<string, Entry>();
  return {
    get: (key) => entries.get(key),
    set(key, entry) {
      if (entries.size >= maxEntries && !entries.has(key)) {
        const [oldest] = entries.keys();
        if (oldest !== undefined) entries.delete(oldest);
      }
      entries.set(key, entry);
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    get size() {
      return entries.size;
    },
  };
}
