import { derivedId, type Fault, FeatstoreError, type LimitChanges } from "../core/index";
import { refuseStoreFault } from "../database/index";
import type { KeyLimits } from "../http/index";
import { generateApiKey, parseApiKey } from "./api-key-format";
import { commandCaller, creatorOf, filterOf, isVisible, type KeyCaller, type KnownCaller } from "./key-caller";
import { organisationLimits, ownLimitFaults } from "./key-limits";
import {
  boundFaults,
  expiryFaults,
  graceFaults,
  type KeyBounds,
  nameFaults,
  networkFaults,
  personScopeFaults,
  scopeFaults,
  tenantFaults,
} from "./key-request";
import { digestOf, fingerprintOf, isOfAnother, type KeySecrets } from "./key-secrets";
import { type KeyStore, sentAlready } from "./key-store";
import type { OrganisationTier } from "./organisation-tier";
import { type KeyRecord, recordOf, type StoredKey, stateOf } from "./stored-key";

export interface KeyRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Of a key without an organisation; only the operator chooses it. */
  readonly tenant?: string | null;
  /** Of a command; others make keys of their own organisation. Default: none. */
  readonly organisation?: string | null;
  /** Microseconds since 1970 UTC. Default: never. */
  readonly expiresAt?: bigint | null;
  /** Default: any address. */
  readonly networks?: readonly string[];
  /** Below those of the organisation. */
  readonly limits?: LimitChanges;
  /**
   * Identifies the request: of all requests of the sender with the same text only one makes a key, on any server; the
   * others get `invalid_form` with the path `once`. Default: each makes one.
   */
  readonly once?: string;
}

export interface RotationRequest {
  readonly graceSeconds: number;
  /** Microseconds since 1970 UTC; null: never. Default: that of the old key. */
  readonly expiresAt?: bigint | null;
  /** As of `KeyRequest`. */
  readonly once?: string;
}

/** A key with its text, which is returned only once and stored nowhere. */
export type IssuedKey = KeyRecord & { readonly key: string };

/** How many keys use a secret. */
export interface SecretUse {
  /** Null: the secret without a name. */
  readonly name: string | null;
  /** Keys that are neither revoked nor expired. */
  readonly keys: number;
  readonly isConfigured: boolean;
  readonly isNewest: boolean;
  /** Those of `keys` that were made with another secret than the configured one of this name: they are refused. */
  readonly keysOfAnother: number;
}

/**
 * Manages API keys. A caller that is a key manages only keys that may do no more than itself. Errors of all methods
 * about one key: `key_not_found`, also for one that the caller may not see; of all changes: `key_exceeds_own`.
 * Default caller: the operator.
 */
export interface KeyService {
  /**
   * Errors: `invalid_body`, for the operator `invalid_parameter`; `organisation_not_found`, `too_many_keys`.
   * @example await keys.create({ name: "ranking", scopes: SCOPES, tenant: null })
   */
  create(request: KeyRequest, caller?: KeyCaller): Promise<IssuedKey>;
  /** Returns the faults of a request for which `create` would refuse it as wrong. */
  faultsOf(request: KeyRequest, caller?: KeyCaller): Promise<readonly Fault[]>;
  list(caller?: KeyCaller): Promise<readonly KeyRecord[]>;
  read(id: string, caller?: KeyCaller): Promise<KeyRecord>;
  /** Errors: `key_not_active` for a revoked key; those of a wrong name. */
  change(
    id: string,
    change: { readonly name?: string; readonly disabled?: boolean },
    caller?: KeyCaller,
  ): Promise<KeyRecord>;
  /** Errors: `key_already_rotated`, `key_not_active`, `too_many_keys`, those of a wrong request. */
  rotate(id: string, request: RotationRequest, caller?: KeyCaller): Promise<IssuedKey>;
  /** `idOrKey`: the id or the whole key. */
  revoke(idOrKey: string, caller?: KeyCaller): Promise<KeyRecord>;
  /** Counts the keys by secret: the configured ones, the newest first, then others that keys name. */
  secretUses(): Promise<readonly SecretUse[]>;
}

export interface KeyServiceOptions {
  /** Absent: limits of an organisation's keys are not checked. */
  readonly organisationTier?: OrganisationTier;
  /** The limits of keys without an organisation; absent: none. */
  readonly operatorLimits?: KeyLimits;
  /** The current time, microseconds since 1970 UTC. Default: the system's. */
  readonly clock?: () => number;
}

const OPERATOR = commandCaller("keys");

export function createKeyService(
  store: KeyStore,
  secrets: KeySecrets,
  { organisationTier, operatorLimits, clock = () => Date.now() * 1000 }: KeyServiceOptions = {},
): KeyService {
  const identified = async (caller: KeyCaller): Promise<KnownCaller> => {
    if (caller.kind !== "key") return caller;
    const own = await store.find(caller.actor.id).catch(refuseStoreFault);
    if (own === undefined) throw notFound();
    return { ...caller, own };
  };

  /** Finds a key that the caller may see. */
  const find = async (idOrKey: string, caller: KnownCaller): Promise<StoredKey> => {
    const stored = await store.find(parseApiKey(idOrKey)?.id ?? idOrKey).catch(refuseStoreFault);
    if (stored === undefined || !isVisible(caller, stored)) throw notFound();
    return stored;
  };

  /** Finds a key that the caller may change. */
  const findOwn = async (idOrKey: string, caller: KnownCaller): Promise<StoredKey> => {
    const stored = await find(idOrKey, caller);
    requireWithin(stored, caller);
    return stored;
  };

  const limitFaults = async (limits: LimitChanges, organisation: string | null): Promise<readonly Fault[]> => {
    if (Object.keys(limits).length === 0) return [];
    if (organisation === null) return operatorLimits === undefined ? [] : ownLimitFaults(limits, operatorLimits);
    if (organisationTier === undefined) return [];
    return ownLimitFaults(limits, organisationLimits(await organisationTier(organisation)));
  };

  /** Makes the text of a key. With `once`, its id depends on nothing else but the sender. Errors: `invalid_form`. */
  const issue = async ({ actor }: KnownCaller, once: string | undefined) => {
    const { id, secret, text } = generateApiKey(once === undefined ? undefined : derivedId(actor.id, once));
    if (once !== undefined && (await store.find(id).catch(refuseStoreFault)) !== undefined) throw sentAlready();
    const { name, value } = secrets.newest;
    return { text, id, secretName: name, secretFingerprint: fingerprintOf(value), digest: digestOf(value, id, secret) };
  };

  const requestFaults = async (request: KeyRequest, sender: KnownCaller): Promise<readonly Fault[]> => {
    const { name, scopes, expiresAt = null, networks = [], limits = {} } = request;
    const { organisation, tenant, faults } = ownerOf(request, sender);
    return [
      ...nameFaults(name),
      ...scopeFaults(scopes),
      ...(sender.kind === "person" ? personScopeFaults(scopes) : []),
      ...tenantFaults(tenant),
      ...faults,
      ...expiryFaults(expiresAt, BigInt(Math.trunc(clock()))),
      ...networkFaults(networks),
      ...(await limitFaults(limits, organisation)),
    ];
  };

  return {
    faultsOf: async (request, caller = OPERATOR) => requestFaults(request, await identified(caller)),
    async create(request, caller = OPERATOR) {
      const { name, scopes, expiresAt = null, networks = [], limits = {}, once } = request;
      const sender = await identified(caller);
      requireNone(await requestFaults(request, sender), sender);
      const { organisation, tenant } = ownerOf(request, sender);
      const bounds = { scopes: [...new Set(scopes)], networks: [...new Set(networks)], expiresAt, limits };
      requireWithin(bounds, sender);
      const { text, ...issued } = await issue(sender, once);
      const createdBy = creatorOf(sender);
      const stored = await store.create({ ...issued, name, ...bounds, organisation, tenant, createdBy }, sender.actor);
      return { ...recordOf(stored), key: text };
    },
    async list(caller = OPERATOR) {
      const sender = await identified(caller);
      return (await store.list(filterOf(sender))).filter((key) => isVisible(sender, key)).map(recordOf);
    },
    read: async (id, caller = OPERATOR) => recordOf(await find(id, await identified(caller))),
    async change(id, change, caller = OPERATOR) {
      const sender = await identified(caller);
      const { name } = change;
      const { id: found } = await findOwn(id, sender);
      if (name !== undefined) requireNone(nameFaults(name), sender);
      return existing(await store.change(found, change, sender.actor));
    },
    async rotate(id, { graceSeconds, expiresAt, once }, caller = OPERATOR) {
      const sender = await identified(caller);
      const earlier = await findOwn(id, sender);
      const { text, ...issued } = await issue(sender, once);
      requireNone(
        [
          ...graceFaults(graceSeconds),
          ...(expiresAt === undefined ? [] : expiryFaults(expiresAt, BigInt(Math.trunc(clock())))),
        ],
        sender,
      );
      if (expiresAt !== undefined) requireWithin({ ...earlier, expiresAt }, sender);
      const stored = await store.rotate(earlier.id, { ...issued, expiresAt, graceSeconds }, sender.actor);
      return { ...existing(stored), key: text };
    },
    async revoke(idOrKey, caller = OPERATOR) {
      const sender = await identified(caller);
      const { id } = await findOwn(idOrKey, sender);
      return existing(await store.revoke(id, sender.actor));
    },
    async secretUses() {
      const keys = (await store.list()).filter((key) => stateOf(key) === "active" || stateOf(key) === "disabled");
      return [...new Set([...secrets.names, ...keys.map(({ secretName }) => secretName)])].map((name) => {
        const [value, named] = [secrets.find(name), keys.filter(({ secretName }) => secretName === name)];
        return {
          name,
          keys: named.length,
          isConfigured: value !== undefined,
          isNewest: secrets.newest.name === name,
          keysOfAnother: value === undefined ? 0 : named.filter((key) => isOfAnother(key, value)).length,
        };
      });
    },
  };
}

/** Returns the organisation or the tenant of a new key. Only the operator chooses them. */
function ownerOf({ organisation = null, tenant = null }: KeyRequest, caller: KnownCaller) {
  const inherited = [{ path: "tenant", detail: "an organisation's keys have the tenant of the organisation" }];
  if (caller.kind === "command") {
    return { organisation, tenant, faults: organisation !== null && tenant !== null ? inherited : [] };
  }
  const own = caller.kind === "person" ? { organisation: caller.organisation, tenant: null } : caller.own;
  return {
    organisation: own.organisation,
    tenant: own.organisation === null ? own.tenant : null,
    faults: [],
  };
}

/** Errors: `key_exceeds_own` if a key would manage one that may do more. */
function requireWithin(wanted: KeyBounds, caller: KnownCaller): void {
  const faults = caller.kind === "key" ? boundFaults(wanted, caller.own) : [];
  const [first] = faults;
  if (first === undefined) return;
  throw new FeatstoreError(
    "key_exceeds_own",
    `A key manages only keys that may do no more than itself; ${first.path}: ${first.detail}.`,
    { errors: faults.slice(0, 20) },
  );
}

function requireNone(faults: readonly Fault[], { kind }: KnownCaller): void {
  const [first] = faults;
  if (first === undefined) return;
  const code = kind === "command" ? "invalid_parameter" : "invalid_body";
  throw new FeatstoreError(code, `${first.path}: ${first.detail}.`, { errors: faults.slice(0, 20) });
}

function existing(stored: StoredKey | undefined): KeyRecord {
  if (stored === undefined) throw notFound();
  return recordOf(stored);
}

function notFound(): FeatstoreError {
  return new FeatstoreError(
    "key_not_found",
    'There is no API key with this id: "featstore keys list", or GET /api/keys, shows the ids.',
  );
}
