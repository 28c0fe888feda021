import { FeatstoreError } from "../../core/index";
import type { ApiExchange } from "../exchange/api-exchange";
import type { FailedAttempts } from "./failed-attempts";
import type { KeyAuthenticator, KeyHolder } from "./principal";

const CHALLENGE = { "www-authenticate": 'Bearer realm="featstore"' };

/** Builds the refusal of a request without a key. */
export function keyRequired(): FeatstoreError {
  const detail = 'Send an API key: "Authorization: Bearer <key>" or "X-API-Key: <key>".';
  return new FeatstoreError("key_required", detail, { headers: CHALLENGE });
}

/**
 * Returns the key of a request: `Authorization: Bearer <key>` or `X-API-Key: <key>`. Both may be sent if they agree.
 */
function keyTextOf(authorization: string | undefined, apiKey: string | undefined): string {
  if (authorization === undefined || /^bearer\s*$/i.test(authorization)) {
    if (apiKey === undefined || apiKey === "") {
      throw keyRequired();
    }
    return apiKey;
  }
  if (!authorization.startsWith("Bearer ") && !/^bearer /i.test(authorization)) {
    throw new FeatstoreError("key_malformed", 'The Authorization header must read "Bearer <key>".', {
      headers: CHALLENGE,
    });
  }
  const bearer = authorization.slice("bearer ".length).trim();
  if (apiKey !== undefined && apiKey !== bearer) {
    throw new FeatstoreError("key_malformed", "Authorization and X-API-Key hold different keys: send one.", {
      headers: CHALLENGE,
    });
  }
  return bearer;
}

/**
 * Returns the holder of the request's key, synchronously if the key is cached. Refuses further lookups to an address
 * that sent too many unknown or malformed keys.
 * Errors: `key_required`, `key_malformed`, `key_unknown`, `key_revoked`, `key_disabled`, `key_expired`, with a
 * challenge; `address_forbidden`, `too_many_failed_attempts`, `store_unavailable`.
 */
export function authenticate(
  authenticator: KeyAuthenticator,
  exchange: ApiExchange,
  failedAttempts: FailedAttempts,
): KeyHolder | Promise<KeyHolder> {
  const text = keyTextOf(exchange.header("authorization"), exchange.header("x-api-key"));
  try {
    const known = authenticator.remembered(text, exchange);
    if (known !== undefined) return known;
    return authenticator
      .authenticate(text, exchange, () => failedAttempts.check(exchange.address))
      .catch((error: unknown) => {
        throw challenged(error);
      });
  } catch (error) {
    throw challenged(error);
  }
}

function challenged(error: unknown): unknown {
  if (!(error instanceof FeatstoreError) || error.status !== 401) return error;
  return new FeatstoreError(error.code, error.detail, {
    errors: error.errors,
    headers: { ...error.headers, ...CHALLENGE },
  });
}
