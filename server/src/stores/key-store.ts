/** An API key as it is stored: never the key itself. Instants are microseconds since 1970 UTC. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  /** HMAC-SHA256 of the key's secret, 64 hexadecimal digits. */
  readonly digest: string;
  readonly scopes: readonly string[];
  /** Null: bound to no tenant. */
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

/** Where API keys are kept. */
export interface KeyStore {
  find(id: string): Promise<StoredKey | undefined>;
  create(key: NewKey): Promise<StoredKey>;
  /** Every key, newest first, revoked ones included. */
  list(): Promise<readonly StoredKey[]>;
  /** The key as it is after it was revoked, now or earlier; undefined where there is none. */
  revoke(id: string): Promise<StoredKey | undefined>;
  /** Calls back with a key's id after it changed; undefined: any may have. Gives the function that ends it. */
  watch(onChange: (id: string | undefined) => void): Promise<() => Promise<void>>;
}
