import type { KeyStore } from "../../src/keys/key-store";
import type { StoredKey } from "../../src/keys/stored-key";

type Owner = NonNullable<StoredKey["owner"]>;

export interface FakeKeyStore extends KeyStore {
  /** Makes every lookup fail. */
  failing: boolean;
  lookUps: number;
  /** False: changes are not notified. */
  notifying: boolean;
  readonly organisations: Map<string, Owner>;
  /** Changes a stored key as another server would. */
  set(id: string, change: Partial<StoredKey>): void;
  /** Notifies as the database does. */
  notify(id: string | undefined): void;
}

/** Creates a key store in memory. It keeps no audit log and counts no keys. */
export function createFakeKeyStore(): FakeKeyStore {
  const keys = new Map<string, StoredKey>();
  const watchers = new Set<(id: string | undefined) => void>();
  const found = (id: string): StoredKey | undefined => {
    const key = keys.get(id);
    if (key?.organisation == null) return key;
    const owner = store.organisations.get(key.organisation) ?? null;
    return { ...key, owner, tenant: owner?.tenant ?? null };
  };
  const store: FakeKeyStore = {
    failing: false,
    notifying: true,
    lookUps: 0,
    organisations: new Map(),
    set(id, change) {
      const key = keys.get(id);
      if (key === undefined) return;
      keys.set(id, { ...key, ...change });
      if (store.notifying) store.notify(id);
    },
    notify(id) {
      for (const watcher of watchers) watcher(id);
    },
    async find(id) {
      store.lookUps++;
      if (store.failing) throw new Error("the database is gone");
      return found(id);
    },
    organisation: async (id) => store.organisations.get(id),
    async create(key) {
      const stored: StoredKey = {
        ...key,
        ...{ lineId: key.id, replacedBy: null, createdAt: 1n, disabledAt: null, revokedAt: null, lastUsedAt: null },
        ...{ isExpired: false, expiresInMs: null, owner: null, makerRole: null },
      };
      keys.set(key.id, stored);
      return found(key.id) ?? stored;
    },
    async change(id, { name, disabled }) {
      store.set(id, {
        ...(name === undefined ? {} : { name }),
        ...(disabled === undefined ? {} : { disabledAt: disabled ? 2n : null }),
      });
      return found(id);
    },
    async rotate(id, { graceSeconds, expiresAt, ...created }) {
      const earlier = keys.get(id);
      if (earlier === undefined) return undefined;
      keys.set(created.id, {
        ...earlier,
        ...created,
        lineId: earlier.lineId,
        expiresAt: expiresAt ?? earlier.expiresAt,
      });
      store.set(id, { replacedBy: created.id, expiresInMs: graceSeconds * 1000, isExpired: graceSeconds === 0 });
      return found(created.id);
    },
    list: async () => [...keys.keys()].flatMap((id) => found(id) ?? []),
    async revoke(id) {
      store.set(id, { revokedAt: keys.get(id)?.revokedAt ?? 2n });
      return found(id);
    },
    noteUses: async () => undefined,
    claimReminders: async () => [],
    async watch(onChange) {
      watchers.add(onChange);
      return async () => void watchers.delete(onChange);
    },
  };
  return store;
}
