import { MAX_KEY_BYTES } from "@featstore/definitions/compiler";
import {
  beyond,
  type Fault,
  isNetwork,
  isOperatorScope,
  type LimitChanges,
  networksBeyond,
  printableFault,
  scopeFault,
} from "../core/index";

/** The permissions of a key, of a request or of a stored key. */
export interface KeyBounds {
  readonly scopes: readonly string[];
  readonly networks: readonly string[];
  /** Microseconds since 1970 UTC; null: never. */
  readonly expiresAt: bigint | null;
  readonly limits: LimitChanges;
}

/** Seconds for which a rotated key still works, at most: 30 days. */
export const MAX_GRACE_SECONDS = 2_592_000;
/** How long a rotated key still works if the request does not say it: one day. */
export const DEFAULT_GRACE_SECONDS = 86_400;
export const MAX_NAME_LENGTH = 200;
export const MAX_ENTRIES = 100;
export const MAX_YEARS = 5;

const YEAR_MICROS = 31_622_400_000_000n;

export function nameFaults(name: string): readonly Fault[] {
  const fault = (detail: string) => [{ path: "name", detail }];
  if (name.trim() === "" || [...name].length > MAX_NAME_LENGTH)
    return fault(`expected 1 to ${MAX_NAME_LENGTH} characters`);
  const detail = printableFault(name);
  return detail === undefined ? [] : fault(detail);
}

export function scopeFaults(scopes: readonly string[]): readonly Fault[] {
  const fault = (detail: string) => ({ path: "scopes", detail });
  if (scopes.length === 0) return [fault("expected at least one scope")];
  if (scopes.length > MAX_ENTRIES) return [fault(`expected at most ${MAX_ENTRIES} scopes`)];
  return scopes.flatMap((scope) => scopeFault(scope) ?? []).map(fault);
}

/** Returns faults for scopes that a person cannot give to a key. */
export function personScopeFaults(scopes: readonly string[]): readonly Fault[] {
  return scopes
    .filter(isOperatorScope)
    .map((scope) => ({ path: "scopes", detail: `only the operator can give "${scope.slice(0, 80)}" to a key` }));
}

export function networkFaults(networks: readonly string[]): readonly Fault[] {
  const fault = (detail: string) => ({ path: "networks", detail });
  if (networks.length > MAX_ENTRIES) return [fault(`expected at most ${MAX_ENTRIES} networks`)];
  return networks
    .filter((network) => !isNetwork(network))
    .map((network) => fault(`"${network.slice(0, 80)}" is not a network such as 10.0.0.0/8 or 2001:db8::/32`));
}

/** `now`: microseconds since 1970 UTC. */
export function expiryFaults(expiresAt: bigint | null, now: bigint): readonly Fault[] {
  const fault = (detail: string) => [{ path: "expires_at", detail }];
  if (expiresAt === null) return [];
  if (expiresAt <= now) return fault("it is in the past");
  return expiresAt > now + BigInt(MAX_YEARS) * YEAR_MICROS ? fault(`it is more than ${MAX_YEARS} years away`) : [];
}

export function tenantFaults(tenant: string | null): readonly Fault[] {
  const fault = (detail: string) => ({ path: "tenant", detail });
  if (tenant === null) return [];
  return [
    ...(tenant === tenant.trim() ? [] : [fault(`"${tenant.slice(0, 80)}" begins or ends with a space: leave it out`)]),
    ...(tenant === "" ? [fault("it is empty; leave it out for a key without a tenant")] : []),
    ...(Buffer.byteLength(tenant) >= MAX_KEY_BYTES ? [fault(`expected fewer than ${MAX_KEY_BYTES} bytes`)] : []),
  ];
}

export function graceFaults(seconds: number): readonly Fault[] {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_GRACE_SECONDS) return [];
  return [{ path: "grace_seconds", detail: `expected an integer from 0 to ${MAX_GRACE_SECONDS}, which is 30 days` }];
}

/** Returns in what a key would do more than another. */
export function boundFaults(wanted: KeyBounds, own: KeyBounds): readonly Fault[] {
  const limits = Object.entries(own.limits) as [keyof LimitChanges, number][];
  return [
    ...beyond(wanted.scopes, own.scopes).map((scope) => ({
      path: "scopes",
      detail: `"${scope.slice(0, 80)}" is not covered by ${own.scopes.join(", ")}`,
    })),
    ...networksBeyond(wanted.networks, own.networks).map((network) => ({
      path: "networks",
      detail: `${network} is not within ${own.networks.join(", ")}`,
    })),
    ...(own.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > own.expiresAt)
      ? [{ path: "expires_at", detail: "it is later than the expiry of the key that manages it" }]
      : []),
    ...limits
      .filter(([name, limit]) => (wanted.limits[name] ?? Number.POSITIVE_INFINITY) > limit)
      .map(([name, limit]) => ({ path: `limits.${name}`, detail: `expected at most ${limit}` })),
  ];
}
