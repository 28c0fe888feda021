import { createGrants, type Grants, isOperatorScope, SCOPES } from "../../core/index";

import { type KeyRecord, type KeyService, personCaller, stateOf } from "../../keys/index";
import type { FindExampleRead } from "../../serving/index";
import type { UsageReading } from "../../usage/index";
import type { Caller, ExampleRequest, KeyRequest, KeysPort, PortalKey } from "../portal-services";

export interface KeysPortOptions {
  readonly keys: KeyService;
  readonly tierOf: UsageReading["tierOf"];
  readonly findExample: FindExampleRead;
}

/** Manages keys as the person who is signed in. */
export function keysPort({ keys, tierOf, findExample }: KeysPortOptions): KeysPort {
  const callerOf = ({ person, client }: Caller) => personCaller(person, client.address);
  return {
    list: async (caller) => (await keys.list(callerOf(caller))).map(portalKey),
    async allowed({ person }) {
      const { resources, rate } = await tierOf(person.organisation);
      return {
        scopes: SCOPES.filter((scope) => !isOperatorScope(scope)),
        resources,
        requestsPerSecond: rate.perSecond,
      };
    },
    async example(caller, keyId) {
      const [{ scopes, tenant }, { resources }] = await Promise.all([
        keys.read(keyId, callerOf(caller)),
        tierOf(caller.person.organisation),
      ]);
      const grants = createGrants(scopes, resources);
      const read = await findExample(grants, tenant);
      if (read === null) return withoutId(grants);
      const { view, embedding, id } = read;
      return embedding === null
        ? { operation: "features", view, id }
        : { operation: "embedding", embedding: `${view}.${embedding}`, id };
    },
    async create(caller, request) {
      const made = await keys.create(serviceRequest(request), callerOf(caller));
      return { id: made.id, name: made.name, text: made.key };
    },
    faultsOf: (caller, request) => keys.faultsOf(serviceRequest(request), callerOf(caller)),
    async rotate(caller, id, { graceSeconds, once }) {
      const request = { graceSeconds, ...(once === undefined ? {} : { once }) };
      const made = await keys.rotate(id, request, callerOf(caller));
      return { id: made.id, name: made.name, text: made.key };
    },
    async setDisabled(caller, id, disabled) {
      await keys.change(id, { disabled }, callerOf(caller));
    },
    async revoke(caller, id) {
      await keys.revoke(id, callerOf(caller));
    },
  };
}

function serviceRequest({ name, scopes, expiresAt, networks, requestsPerSecond, once }: KeyRequest) {
  return {
    ...{ name, scopes, networks },
    expiresAt: expiresAt === null ? null : BigInt(expiresAt.getTime()) * 1000n,
    limits: requestsPerSecond === null ? {} : { requests_per_second: requestsPerSecond },
    ...(once === undefined ? {} : { once }),
  };
}

/** Returns a request that needs no row: one that lists or reads about the account. */
function withoutId(grants: Grants): ExampleRequest | null {
  if (grants.has("registry:read")) return { operation: "feature-views" };
  if (grants.has("usage:read")) return { operation: "usage" };
  if (grants.has("account:read")) return { operation: "account" };
  return grants.has("keys:read") ? { operation: "keys" } : null;
}

function portalKey(key: KeyRecord): PortalKey {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    state: stateOf(key),
    createdAt: dateOf(key.createdAt),
    expiresAt: key.expiresAt === null ? null : dateOf(key.expiresAt),
    lastUsedAt: key.lastUsedAt === null ? null : dateOf(key.lastUsedAt),
    replaced: key.replacedBy !== null,
    networks: key.networks,
    limits: { ...key.limits },
  };
}

function dateOf(micros: bigint): Date {
  return new Date(Number(micros / 1000n));
}
