import { createHmac } from "node:crypto";
import { MAX_KEY_BYTES } from "@featstore/definitions/compiler";
import { FeatstoreError, SCOPES } from "../core/index";
import { generateApiKey, parseApiKey } from "./api-key-format";
import type { KeyStore, StoredKey } from "./key-store";

/** A key as shown in lists. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenant: string | null;
  readonly createdAt: bigint;
  readonly revokedAt: bigint | null;
}

export interface KeyService {
  /**
   * Creates a key. `key` is its text: it is returned only here and stored nowhere.
   * @example await keys.create({ name: "ranking", scopes: SCOPES, tenant: null })
   */
  create(request: {
    readonly name: string;
    readonly scopes: readonly string[];
    readonly tenant: string | null;
  }): Promise<KeyRecord & { readonly key: string }>;
  list(): Promise<readonly KeyRecord[]>;
  /** `idOrKey`: the id or the whole key. Errors: `key_not_found`. */
  revoke(idOrKey: string): Promise<KeyRecord>;
}

/** `secret` is the server's HMAC secret. Keys that were created with another secret are not valid. */
export function createKeyService(store: KeyStore, secret: string): KeyService {
  return {
    async create({ name, scopes, tenant }) {
      const faults = [
        ...(name.length < 1 || name.length > 200 ? [{ path: "name", detail: "expected 1 to 200 characters" }] : []),
        ...(scopes.length === 0 ? [{ path: "scopes", detail: "expected at least one scope" }] : []),
        ...scopes
          .filter((scope) => !SCOPES.some((known) => known === scope))
          .map((scope) => ({
            path: "scopes",
            detail: `unknown scope "${scope}"; expected one of ${SCOPES.join(", ")}`,
          })),
        ...(tenant !== null && tenant !== tenant.trim()
          ? [{ path: "tenant", detail: `"${tenant.slice(0, 80)}" begins or ends with a space: leave it out` }]
          : []),
        ...(tenant === "" ? [{ path: "tenant", detail: "it is empty; leave it out for a key without a tenant" }] : []),
        ...(Buffer.byteLength(tenant ?? "") >= MAX_KEY_BYTES
          ? [{ path: "tenant", detail: `expected fewer than ${MAX_KEY_BYTES} bytes` }]
          : []),
      ];
      const [first] = faults;
      if (first) throw new FeatstoreError("invalid_parameter", `${first.path}: ${first.detail}.`, { errors: faults });
      const { id, secret: keySecret, text } = generateApiKey();
      const digest = digestOf(secret, id, keySecret);
      const stored = await store.create({ id, name, digest, scopes: [...new Set(scopes)], tenant });
      return { ...recordOf(stored), key: text };
    },
    list: async () => (await store.list()).map(recordOf),
    async revoke(idOrKey) {
      const stored = await store.revoke(parseApiKey(idOrKey)?.id ?? idOrKey);
      if (stored === undefined) {
        throw new FeatstoreError(
          "key_not_found",
          'There is no API key with this id: "featstore keys list" shows the ids.',
        );
      }
      return recordOf(stored);
    },
  };
}

/** Returns the stored digest of a key: HMAC-SHA256 of its id and secret, 64 hexadecimal digits. */
export function digestOf(hmacSecret: string, id: string, keySecret: string): string {
  return createHmac("sha256", hmacSecret).update(`${id}_${keySecret}`).digest("hex");
}

function recordOf({ digest: _, ...record }: StoredKey): KeyRecord {
  return record;
}
