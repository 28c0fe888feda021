import type { components } from "./generated/openapi";
import { bodyOf, listOf } from "./read-document";
import type { CallOptions, Transport } from "./transport";
import type { CallPromise, ListPromise } from "./transport/call-promise";

type Schemas = components["schemas"];

/** An API key without its text, as the server describes it. Times are ISO 8601 in UTC. */
export type ApiKey = Schemas["Key"];

/** A new API key. `key` is its text, which no later answer contains: store it now. */
export type IssuedApiKey = Schemas["IssuedKey"];

/** A key's own limits, as the server names them: `{ requests_per_second: 10 }`. */
export type ApiKeyLimits = Schemas["KeyLimits"];

export interface CreateKeyOptions extends CallOptions {
  /** 1 to 200 characters; shown in lists. */
  readonly name: string;
  /** At most those of the client's own key: `["features:read:speech_*"]`. */
  readonly scopes: readonly string[];
  /** When it expires, at most 5 years away; null or absent: never. A text needs a time zone. */
  readonly expiresAt?: string | Date | null;
  /** CIDR blocks from which it may be used; any address by default. */
  readonly networks?: readonly string[];
  /** At most those that apply without them. */
  readonly limits?: ApiKeyLimits;
}

export interface UpdateKeyOptions extends CallOptions {
  readonly name?: string;
  /** True: requests with the key get 401 until it is false again. */
  readonly disabled?: boolean;
}

export interface RotateKeyOptions extends CallOptions {
  /** Seconds for which the old key still works, up to 30 days; one day by default. */
  readonly graceSeconds?: number;
  /** When the new key expires; that of the old key by default, null: never. */
  readonly expiresAt?: string | Date | null;
}

/**
 * Manages API keys. An `id` is that of a key, not its text. A key manages only keys that may do no more than itself, with
 * the scopes `keys:read` and `keys:write`. Errors: `NotFoundError` for an id, `PermissionDeniedError`.
 */
export interface Keys {
  /** Lists the organisation's keys, or those of the tenant without one, also revoked ones. */
  list(options?: CallOptions): ListPromise<ApiKey>;
  get(id: string, options?: CallOptions): CallPromise<ApiKey>;
  /**
   * Creates a key.
   *
   * @example
   * const { id, key } = await client.keys.create({ name: "ranking", scopes: ["features:read"] });
   */
  create(options: CreateKeyOptions): CallPromise<IssuedApiKey>;
  /** Renames, disables or enables a key. Errors: `ConflictError` for a revoked one. */
  update(id: string, options: UpdateKeyOptions): CallPromise<ApiKey>;
  /** Revokes a key for good; servers refuse it within a second. */
  revoke(id: string, options?: CallOptions): CallPromise<ApiKey>;
  /**
   * Replaces a key by a new one with the same scopes and limits. Errors: `ConflictError` if it was rotated already.
   *
   * @example
   * const { key } = await client.keys.rotate(id, { graceSeconds: 3600 });
   */
  rotate(id: string, options?: RotateKeyOptions): CallPromise<IssuedApiKey>;
}

const PATH = "/api/keys";
const isKey = (answer: Readonly<Record<string, unknown>>) => Array.isArray(answer.scopes);
const isIssued = (answer: Readonly<Record<string, unknown>>) => typeof answer.key === "string";

export function createKeys(transport: Transport): Keys {
  const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
  return {
    list: (options) => listOf<ApiKey>(transport, PATH, "keys", options),
    get: (id, options = {}) =>
      bodyOf<ApiKey>(transport, { ...options, method: "GET", path: pathOf(id), expect: isKey }),
    create: ({ name, scopes, expiresAt, networks, limits, ...call }) =>
      bodyOf<IssuedApiKey>(transport, {
        ...call,
        method: "POST",
        path: PATH,
        body: { name, scopes, expires_at: timeText(expiresAt), networks, limits },
        expect: isIssued,
      }),
    update: (id, { name, disabled, ...call }) =>
      bodyOf<ApiKey>(transport, {
        ...call,
        method: "PATCH",
        path: pathOf(id),
        body: { name, disabled },
        expect: isKey,
      }),
    revoke: (id, options = {}) =>
      bodyOf<ApiKey>(transport, { ...options, method: "DELETE", path: pathOf(id), expect: isKey }),
    rotate: (id, { graceSeconds, expiresAt, ...call } = {}) =>
      bodyOf<IssuedApiKey>(transport, {
        ...call,
        method: "POST",
        path: `${pathOf(id)}/rotate`,
        body: { grace_seconds: graceSeconds, expires_at: timeText(expiresAt) },
        expect: isIssued,
      }),
  };
}

function timeText(time: string | Date | null | undefined): string | null | undefined {
  return time instanceof Date ? time.toISOString() : time;
}
