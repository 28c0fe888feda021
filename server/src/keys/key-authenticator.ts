import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import {
  createBoundedMap,
  createGrants,
  createNetworks,
  type ErrorCode,
  FeatstoreError,
  type Grants,
  isNetwork,
  type Networks,
  READ_SCOPES,
  type Tiers,
} from "../core/index";
import type { ApiRequest, KeyAuthenticator, KeyHolder, KeyLimits } from "../http/index";
import { faultOfApiKey, parseApiKey } from "./api-key-format";
import { effectiveTier } from "./effective-tier";
import { isKnownTier, organisationLimits, withOwnLimits } from "./key-limits";
import { digestOf, isOfAnother, type KeySecrets, fingerprintOf as secretFingerprintOf } from "./key-secrets";
import type { KeyStore } from "./key-store";
import type { KeyUses } from "./key-uses";
import type { StoredKey } from "./stored-key";

export interface KeyAuthenticatorOptions {
  readonly store: Pick<KeyStore, "find" | "watch">;
  readonly secrets: KeySecrets;
  /** The limits of keys without an organisation. */
  readonly operatorLimits: KeyLimits;
  readonly tiers: Tiers;
  /** A monotonic clock in milliseconds. */
  readonly monotonic: () => number;
  /**
   * Milliseconds for which a key is trusted without asking the store. This bounds the delay of a revocation whose
   * notification was lost. A key that is used in the second half of this time is looked up in the background, so a busy
   * key never waits. Default: 10 s.
   */
  readonly believedMs?: number;
  /** Milliseconds for which a trusted key keeps working while the store does not answer. Default: one minute. */
  readonly graceMs?: number;
  /** Records which keys were used. Default: nothing is recorded. */
  readonly uses?: KeyUses;
  readonly onFault?: (error: unknown) => void;
  /** Called once for each tier that an organisation has and the configuration does not. */
  readonly onUnknownTier?: (tier: string) => void;
  /** Called once for each secret that a key names and the configuration does not have; null: the one without a name. */
  readonly onUnknownSecret?: (name: string | null) => void;
  /** Called once for each configured secret whose name a key has that was made with another one. */
  readonly onOtherSecret?: (name: string | null) => void;
}

/** Why a key is refused until it changes. */
interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** The known facts of a key. Times are on the monotonic clock. */
interface Remembered {
  /** Refused keys are remembered too, so that their requests do not reach the store. */
  readonly result: KeyHolder | Refusal;
  /** Null: any address. */
  readonly networks: Networks | null;
  readonly expiresAt: number;
  readonly use: { at: number };
  readonly freshUntil: number;
  readonly until: number;
  readonly graceUntil: number;
}

const MAX_REMEMBERED = 10_000;
/** The scopes that a key keeps when the person who made it leaves the organisation. */
const KEPT: ReadonlySet<string> = new Set(READ_SCOPES);
const EXPIRED: Refusal = { code: "key_expired", detail: "The API key has expired: use another one." };

/**
 * Caches verified keys by a hash under a random salt of this process, so that the memory holds no key and lookup times
 * reveal nothing about one. A change takes effect by notification, or within `believedMs` without one; an expiry at once.
 */
export async function createKeyAuthenticator(options: KeyAuthenticatorOptions): Promise<KeyAuthenticator> {
  const { store, secrets, monotonic, believedMs = 10_000, graceMs = 60_000, onFault } = options;
  const salt = randomBytes(32).toString("base64url");
  const remembered = createBoundedMap<Remembered>(MAX_REMEMBERED);
  const fingerprintsById = createBoundedMap<string>(MAX_REMEMBERED);
  const idsByOrganisation = new Map<string, Set<string>>();
  const holderOf = createHolders(options);
  const reportedSecrets = new Set<string | null>();
  // Incremented by every change, so that a lookup that was in progress during a change is not cached.
  let changes = 0;
  const underWay = new Set<string>();

  const forget = (id: string | undefined): void => {
    changes++;
    if (id === undefined) {
      remembered.clear();
      fingerprintsById.clear();
      idsByOrganisation.clear();
      return;
    }
    const ids = idsByOrganisation.get(id) ?? [id];
    idsByOrganisation.delete(id);
    for (const each of ids) {
      const fingerprint = fingerprintsById.get(each);
      if (fingerprint !== undefined) remembered.delete(fingerprint);
      fingerprintsById.delete(each);
    }
  };

  let endWatch: (() => Promise<void>) | undefined;
  try {
    endWatch = await store.watch(forget);
  } catch (error) {
    // Without notifications a revocation takes effect within `believedMs`.
    onFault?.(error);
  }

  const isGenuine = (stored: StoredKey, secret: string): boolean => {
    const hmacSecret = secrets.find(stored.secretName);
    if (hmacSecret !== undefined && !isOfAnother(stored, hmacSecret))
      return timingSafeEqual(Buffer.from(stored.digest), Buffer.from(digestOf(hmacSecret, stored.id, secret)));
    if (!reportedSecrets.has(stored.secretName)) {
      reportedSecrets.add(stored.secretName);
      (hmacSecret === undefined ? options.onUnknownSecret : options.onOtherSecret)?.(stored.secretName);
    }
    return false;
  };

  /** The fingerprint of the secret that verified a key which has none yet. */
  const verifiedBy = ({ secretFingerprint, secretName }: StoredKey): string | undefined => {
    const hmacSecret = secretFingerprint === null ? secrets.find(secretName) : undefined;
    return hmacSecret === undefined ? undefined : secretFingerprintOf(hmacSecret);
  };

  const remember = (fingerprint: string, stored: StoredKey, now: number): Remembered => {
    const known: Remembered = {
      result: refusalOf(stored) ?? holderOf(stored),
      networks: stored.networks.length === 0 ? null : createNetworks(stored.networks.filter(isNetwork)),
      expiresAt: stored.expiresInMs === null ? Number.POSITIVE_INFINITY : now + stored.expiresInMs,
      use: options.uses?.of(stored.id, verifiedBy(stored)) ?? { at: 0 },
      freshUntil: now + believedMs / 2,
      until: now + believedMs,
      graceUntil: now + graceMs,
    };
    remembered.set(fingerprint, known);
    fingerprintsById.set(stored.id, fingerprint);
    if (stored.organisation !== null) {
      const ids = idsByOrganisation.get(stored.organisation) ?? new Set();
      idsByOrganisation.set(stored.organisation, ids.add(stored.id));
      if (idsByOrganisation.size > MAX_REMEMBERED || ids.size > MAX_REMEMBERED) forget(undefined);
    }
    return known;
  };

  /** Returns the holder of a known key. Errors: those of its refusal, `key_expired`, `address_forbidden`. */
  const admitted = (known: Remembered, now: number, client: Pick<ApiRequest, "address">): KeyHolder => {
    const { result, networks } = known;
    if ("code" in result) throw new FeatstoreError(result.code, result.detail);
    if (now >= known.expiresAt) throw new FeatstoreError(EXPIRED.code, EXPIRED.detail);
    if (networks !== null && !networks.has(client.address)) {
      throw new FeatstoreError(
        "address_forbidden",
        "This key may not be used from this address: it is limited to certain networks.",
      );
    }
    known.use.at = now;
    return result;
  };

  const lookUp = async (text: string, fingerprint: string, stale: Remembered | undefined): Promise<Remembered> => {
    const parts = parseApiKey(text);
    if (parts === undefined) throw malformed(text);
    const changesBefore = changes;
    // Before the store reads its own clock, so that the key expires no later here than there.
    const now = monotonic();
    let stored: StoredKey | undefined;
    try {
      stored = await store.find(parts.id);
    } catch (error) {
      if (stale !== undefined && changes === changesBefore && monotonic() < stale.graceUntil) return stale;
      throw new FeatstoreError("store_unavailable", "API keys cannot be looked up: try again in a moment.", {
        cause: error,
        headers: { "retry-after": "1" },
      });
    }
    if (stored === undefined || !isGenuine(stored, parts.secret)) {
      if (fingerprintsById.get(parts.id) === fingerprint) fingerprintsById.delete(parts.id);
      remembered.delete(fingerprint);
      throw new FeatstoreError("key_unknown", "The API key is not known to this server. Was it made for another one?");
    }
    const known = remember(fingerprint, stored, now);
    if (changes !== changesBefore) remembered.delete(fingerprint);
    return known;
  };

  const fingerprintOf = (text: string): string => hash("sha256", salt + text);

  return {
    remembered(text, client) {
      const fingerprint = fingerprintOf(text);
      const known = remembered.get(fingerprint);
      if (known === undefined) return undefined;
      const now = monotonic();
      if (now >= known.until) return undefined;
      if (now >= known.freshUntil && !underWay.has(fingerprint)) {
        underWay.add(fingerprint);
        // The result is for the next request, which also meets a failure again.
        lookUp(text, fingerprint, known)
          .catch(() => undefined)
          .finally(() => underWay.delete(fingerprint));
      }
      return admitted(known, now, client);
    },
    authenticate(text, client, mayLookUp) {
      const fingerprint = fingerprintOf(text);
      const known = remembered.get(fingerprint);
      if (known === undefined) {
        if (parseApiKey(text) === undefined) throw malformed(text);
        mayLookUp();
      }
      return lookUp(text, fingerprint, known).then((found) => admitted(found, monotonic(), client));
    },
    async close() {
      await endWatch?.();
    },
  };
}

/** Creates the function that makes holders. Holders with the same permissions share one object of grants. */
function createHolders({ operatorLimits, tiers, onUnknownTier }: KeyAuthenticatorOptions) {
  const grantsByText = createBoundedMap<Grants>(MAX_REMEMBERED);
  const unknownTiers = new Set<string>();

  // What is resolved for some grants is memoised by their identity, also after the key was looked up again.
  const grantsOf = (scopes: readonly string[], resources: readonly string[]): Grants => {
    const text = JSON.stringify([scopes, resources]);
    const grants = grantsByText.get(text) ?? createGrants(scopes, resources);
    grantsByText.set(text, grants);
    return grants;
  };

  return (stored: StoredKey): KeyHolder => {
    const { owner } = stored;
    if (owner !== null && !isKnownTier(tiers, owner) && !unknownTiers.has(owner.tier)) {
      unknownTiers.add(owner.tier);
      onUnknownTier?.(owner.tier);
    }
    const tier = owner === null ? null : effectiveTier(tiers, owner);
    const hasLeft = stored.organisation !== null && stored.createdBy !== null && stored.makerRole === null;
    const scopes = hasLeft ? stored.scopes.filter((scope) => KEPT.has(scope.split(":", 2).join(":"))) : stored.scopes;
    return {
      keyId: stored.id,
      lineId: stored.lineId,
      grants: grantsOf(scopes, tier?.resources ?? ["*"]),
      tenant: stored.tenant,
      organisation: stored.organisation,
      makerRole: stored.makerRole,
      makerHasLeft: hasLeft,
      limits: withOwnLimits(tier === null ? operatorLimits : organisationLimits(tier), stored.limits),
    };
  };
}

function refusalOf({ revokedAt, disabledAt, isExpired, owner }: StoredKey): Refusal | undefined {
  if (revokedAt !== null || owner?.isDeleted === true)
    return { code: "key_revoked", detail: "The API key was revoked: use another one." };
  if (isExpired) return EXPIRED;
  if (disabledAt === null) return undefined;
  return { code: "key_disabled", detail: "The API key is disabled: enable it, or use another one." };
}

function malformed(text: string): FeatstoreError {
  return new FeatstoreError("key_malformed", `The API key is malformed: ${faultOfApiKey(text)}`);
}
