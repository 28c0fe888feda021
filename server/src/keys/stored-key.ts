import type { LimitChanges } from "../core/index";
import type { Person } from "../http/index";
import type { KeyOrganisation } from "./key-limits";

/** A key as shown in lists, without its secret. Instants are microseconds since 1970 UTC. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null: a key of the operator's. */
  readonly organisation: string | null;
  /** That of the organisation, if the key has one; null if it is not bound to a tenant. */
  readonly tenant: string | null;
  /** The user id of the person who made it, by themselves or with a key of theirs; null: the operator. */
  readonly createdBy: string | null;
  /** The name of the secret under which its digest was made; null: the one without a name. */
  readonly secretName: string | null;
  /** Identifies that secret; null: it was made before 0046 and not used since. */
  readonly secretFingerprint: string | null;
  /** The first key of the line of rotated keys that it belongs to. */
  readonly lineId: string;
  /** The key that took its place; null: none. */
  readonly replacedBy: string | null;
  readonly createdAt: bigint;
  readonly expiresAt: bigint | null;
  readonly disabledAt: bigint | null;
  readonly revokedAt: bigint | null;
  /** At most 60 s old. */
  readonly lastUsedAt: bigint | null;
  /** CIDR blocks; empty: any address. */
  readonly networks: readonly string[];
  /** Its own limits, below those of the organisation. */
  readonly limits: LimitChanges;
  /** True if it has expired by the database's clock. */
  readonly isExpired: boolean;
}

/** A key with what its authentication needs. */
export interface StoredKey extends KeyRecord {
  /** The role of `createdBy` in the organisation; null: there is no such member. */
  readonly makerRole: Person["role"] | null;
  /** HMAC-SHA256 of the key's secret, 64 hexadecimal digits. */
  readonly digest: string;
  /** Milliseconds until it expires, by the database's clock, 0 or less if it has; null: never. */
  readonly expiresInMs: number | null;
  readonly owner: KeyOrganisation | null;
}

export type KeyState = "active" | "disabled" | "expired" | "revoked";

export function stateOf({ revokedAt, disabledAt, isExpired }: KeyRecord): KeyState {
  if (revokedAt !== null) return "revoked";
  if (isExpired) return "expired";
  return disabledAt === null ? "active" : "disabled";
}

export function recordOf({ digest: _, expiresInMs: __, owner: ___, makerRole: ____, ...record }: StoredKey): KeyRecord {
  return record;
}
