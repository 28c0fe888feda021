/** The owner of an API key. */
export interface KeyHolder {
  readonly keyId: string;
  readonly scopes: ReadonlySet<string>;
  readonly tenant: string | null;
}

export interface KeyAuthenticator {
  /** Returns the holder of a cached key that is still trusted. */
  remembered(text: string): KeyHolder | undefined;
  /**
   * Authenticates a key text. Before the store looks up a key that is not cached, `mayLookUp` is called; it throws to
   * refuse the lookup. Errors: `key_malformed` (thrown synchronously), `key_unknown`, `key_revoked`,
   * `store_unavailable`.
   */
  authenticate(text: string, mayLookUp: () => void): Promise<KeyHolder>;
  close(): Promise<void>;
}
