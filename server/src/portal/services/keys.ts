import { createGrants, isOperatorScope, SCOPES } from "../../core/index";
import { type KeyRecord, type KeyService, personCaller, stateOf } from "../../keys/index";
import type { FindExampleRead } from "../../serving/index";
import type { UsageReading } from "../../usage/index";
import type { Caller, KeysPort, PortalKey } from "../portal-services";

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
      return findExample(createGrants(scopes, resources), tenant);
    },
    async create(caller, { name, scopes, expiresAt, networks, requestsPerSecond }) {
      const made = await keys.create(
        {
          ...{ name, scopes, networks },
          expiresAt: expiresAt === null ? null : BigInt(expiresAt.getTime()) * 1000n,
          limits: requestsPerSecond === null ? {} : { requests_per_second: requestsPerSecond },
        },
        callerOf(caller),
      );
      return { id: made.id, name: made.name, text: made.key };
    },
    async rotate(caller, id, graceSeconds) {
      const made = await keys.rotate(id, { graceSeconds }, callerOf(caller));
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
    requestsPerSecond: key.limits.requests_per_second ?? null,
  };
}

function dateOf(micros: bigint): Date {
  return new Date(Number(micros / 1000n));
}
