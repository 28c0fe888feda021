import type { KeyStore, StoredKey } from "../../src/keys/key-store";

/** Creates a key store in memory; `failing` makes every lookup fail. */
export function createFakeKeyStore(): KeyStore & { failing: boolean; lookUps: number; notifying: boolean } {
  const keys = new Map<string, StoredKey>();
  const watchers = new Set<(id: string | undefined) => void>();
  const store = {
    failing: false,
    notifying: true,
    lookUps: 0,
    async find(id: string) {
      store.lookUps++;
      if (store.failing) throw new Error("the database is gone");
      return keys.get(id);
    },
    async create(key: Omit<StoredKey, "createdAt" | "revokedAt">) {
      const stored: StoredKey = { ...key, createdAt: 1n, revokedAt: null };
      keys.set(key.id, stored);
      return stored;
    },
    async list() {
      return [...keys.values()];
    },
    async revoke(id: string) {
      const key = keys.get(id);
      if (key === undefined) return undefined;
      const revoked = { ...key, revokedAt: key.revokedAt ?? 2n };
      keys.set(id, revoked);
      if (store.notifying) for (const watcher of watchers) watcher(id);
      return revoked;
    },
    async watch(onChange: (id: string | undefined) => void) {
      watchers.add(onChange);
      return async () => void watchers.delete(onChange);
    },
  };
  return store;
}
