import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import { createBoundedMap, createGrants, FeatstoreError } from "../core/index";
import type { KeyAuthenticator, KeyHolder, KeyLimits } from "../http/index";
import { faultOfApiKey, parseApiKey } from "./api-key-format";
import type { KeyStore, StoredKey } from "./key-store";
import { digestOf } from "./keys";

export interface KeyAuthenticatorOptions {
  readonly store: KeyStore;
  readonly hmacSecret: string;
  /** The limits of keys without an organisation. */
  readonly operatorLimits: KeyLimits;
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
  readonly onFault?: (error: unknown) => void;
}

interface Remembered {
  readonly id: string;
  readonly holder: KeyHolder;
  readonly freshUntil: number;
  readonly until: number;
  readonly graceUntil: number;
}

const MAX_REMEMBERED = 10_000;

/**
 * Caches verified keys by a hash under a random salt of this process, so that the memory holds no key and lookup times
 * reveal nothing about one. A revocation takes effect by notification, or within `believedMs` without one.
 */
export async function createKeyAuthenticator(options: KeyAuthenticatorOptions): Promise<KeyAuthenticator> {
  const { store, hmacSecret, operatorLimits, monotonic, believedMs = 10_000, graceMs = 60_000, onFault } = options;
  const salt = randomBytes(32).toString("base64url");
  const remembered = createBoundedMap<Remembered>(MAX_REMEMBERED);
  const fingerprintsById = createBoundedMap<string>(MAX_REMEMBERED);
  // Incremented by every change, so that a lookup that was in progress during a change is not cached.
  let changes = 0;
  const underWay = new Set<string>();

  const forget = (id: string | undefined): void => {
    changes++;
    if (id === undefined) {
      remembered.clear();
      fingerprintsById.clear();
      return;
    }
    const fingerprint = fingerprintsById.get(id);
    if (fingerprint !== undefined) remembered.delete(fingerprint);
    fingerprintsById.delete(id);
  };

  let endWatch: (() => Promise<void>) | undefined;
  try {
    endWatch = await store.watch(forget);
  } catch (error) {
    // Without notifications a revocation takes effect within `believedMs`.
    onFault?.(error);
  }

  const lookUp = async (text: string, fingerprint: string, stale: Remembered | undefined): Promise<KeyHolder> => {
    const parts = parseApiKey(text);
    if (parts === undefined) throw malformed(text);
    const changesBefore = changes;
    let stored: StoredKey | undefined;
    try {
      stored = await store.find(parts.id);
    } catch (error) {
      if (stale !== undefined && changes === changesBefore && monotonic() < stale.graceUntil) return stale.holder;
      throw new FeatstoreError("store_unavailable", "API keys cannot be looked up: try again in a moment.", {
        cause: error,
        headers: { "retry-after": "1" },
      });
    }
    const digest = digestOf(hmacSecret, parts.id, parts.secret);
    if (stored === undefined || !timingSafeEqual(Buffer.from(stored.digest), Buffer.from(digest))) {
      evict(fingerprint, parts.id);
      throw new FeatstoreError("key_unknown", "The API key is not known to this server. Was it made for another one?");
    }
    if (stored.revokedAt !== null) {
      evict(fingerprint, parts.id);
      throw new FeatstoreError("key_revoked", "The API key was revoked: use another one.");
    }
    const holder: KeyHolder = {
      keyId: stored.id,
      lineId: stored.id,
      grants: createGrants(stored.scopes),
      tenant: stored.tenant,
      organisation: null,
      limits: operatorLimits,
    };
    if (changes === changesBefore) {
      const now = monotonic();
      remembered.set(fingerprint, {
        id: stored.id,
        holder,
        freshUntil: now + believedMs / 2,
        until: now + believedMs,
        graceUntil: now + graceMs,
      });
      fingerprintsById.set(stored.id, fingerprint);
    }
    return holder;
  };

  const evict = (fingerprint: string, id: string): void => {
    if (fingerprintsById.get(id) === fingerprint) fingerprintsById.delete(id);
    remembered.delete(fingerprint);
  };

  const fingerprintOf = (text: string): string => hash("sha256", salt + text);

  return {
    remembered(text) {
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
      return known.holder;
    },
    authenticate(text, mayLookUp) {
      const fingerprint = fingerprintOf(text);
      const known = remembered.get(fingerprint);
      if (known === undefined) {
        if (parseApiKey(text) === undefined) throw malformed(text);
        mayLookUp();
      }
      return lookUp(text, fingerprint, known);
    },
    async close() {
      await endWatch?.();
    },
  };
}

function malformed(text: string): FeatstoreError {
  return new FeatstoreError("key_malformed", `The API key is malformed: ${faultOfApiKey(text)}`);
}
