import type { Grants, MonthlyQuota, Rate } from "../../core/index";

/** The owner of an API key. */
export interface KeyHolder {
  readonly keyId: string;
  /** The first key of a line of rotated keys, which share their limits; of a key that replaced none, its own id. */
  readonly lineId: string;
  readonly grants: Grants;
  readonly tenant: string | null;
  /** Null: a key of the operator's, made on the command line. */
  readonly organisation: string | null;
  /** The role of the organisation's member who made it; null: the operator made it, or the person has left. */
  readonly makerRole: Person["role"] | null;
  /** Set if that person has left the organisation: the key then only reads data. */
  readonly makerHasLeft?: boolean;
  readonly limits: KeyLimits;
}

/** The limits of a key: those of its organisation's tier with the operator's changes, and its own. */
export interface KeyLimits {
  /** Of the key's line. */
  readonly rate: Rate;
  readonly month: MonthlyQuota;
  /** Null without an organisation. */
  readonly organisation: { readonly rate: Rate; readonly month: MonthlyQuota } | null;
  /** The treatment of requests beyond the organisation's quota of a month. */
  readonly excess: "refuse" | "serve";
  readonly exports: number;
  readonly batchIds: number;
  readonly searchHits: number;
}

/** A signed-in person, in the organisation that they work in at the moment. */
export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly organisation: string;
  readonly role: "owner" | "admin" | "member";
  /** True if the person operates this installation. */
  readonly operator: boolean;
}

/** The sender of a request. */
export interface KeyClient {
  /** Empty if it is not known. */
  readonly address: string;
}

/** Knows the people who are signed in. */
export interface SessionReader {
  /** The origin of our pages: changes by cookie come from there. */
  readonly origin: string;
  /**
   * Returns the person of a `Cookie` header; undefined if it has no valid session. `address`: the client's.
   * Errors: `sign_up_refused` if the person belongs to no organisation.
   */
  person(cookie: string, address: string): Promise<Person | undefined>;
}

/**
 * Authenticates API keys. Errors of both methods, each time that a key is used: `key_revoked`, `key_disabled`,
 * `key_expired`, `address_forbidden` if the key is limited to other networks.
 */
export interface KeyAuthenticator {
  /** Returns the holder of a cached key that is still trusted. */
  remembered(text: string, client: KeyClient): KeyHolder | undefined;
  /**
   * Authenticates a key text. Before the store looks up a key that is not cached, `mayLookUp` is called; it throws to
   * refuse the lookup. Errors: `key_malformed` (thrown synchronously), `key_unknown`, `store_unavailable`.
   */
  authenticate(text: string, client: KeyClient, mayLookUp: () => void): Promise<KeyHolder>;
  close(): Promise<void>;
}
