/** A stored API key, without its secret. Instants are microseconds since 1970 UTC. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  /** HMAC-SHA256 of the key's secret, 64 hexadecimal digits. */
  readonly digest: string;
  readonly scopes: readonly string[];
  /** Null if it is not bound to a tenant. */
  readonly tenant: string | null;
  readonly createdAt: bigint;
  readonly revokedAt: bigint | null;
}

export interface NewKey {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly scopes: readonly string[];
  readonly tenant: string | null;
}

/** Stores API keys. */
export interface KeyStore {
  find(id: string): Promise<StoredKey | undefined>;
  create(key: NewKey): Promise<StoredKey>;
  /** Lists all keys, including revoked ones, newest first. */
  list(): Promise<readonly StoredKey[]>;
  /** Revokes a key, if it is not revoked yet, and returns it; undefined if it does not exist. */
  revoke(id: string): Promise<StoredKey | undefined>;
  /** Calls back with the id of a changed key, or undefined if any key may have changed. Returns the function that stops it. */
  watch(onChange: (id: string | undefined) => void): Promise<() => Promise<void>>;
}
