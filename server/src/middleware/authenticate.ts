import { FeatstoreError } from "../errors";
import type { KeyAuthenticator, KeyHolder } from "../services/key-authenticator";

const CHALLENGE = { "www-authenticate": 'Bearer realm="featstore"' };

/** The key of a request: `Authorization: Bearer <key>` or `X-API-Key: <key>`; both may be sent if they agree. */
function keyTextOf(authorization: string | undefined, apiKey: string | undefined): string {
  if (authorization === undefined) {
    if (apiKey === undefined || apiKey === "") {
      throw new FeatstoreError("key_required", 'Send an API key: "Authorization: Bearer <key>" or "X-API-Key: <key>".', {
        headers: CHALLENGE,
      });
    }
    return apiKey;
  }
  if (!/^bearer /i.test(authorization)) {
    throw new FeatstoreError("key_malformed", 'The Authorization header must read "Bearer <key>".', { headers: CHALLENGE });
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
 * The holder of the request's key, at once when the key is remembered. `mayLookUp` refuses by throwing.
 * Errors: `key_required`, `key_malformed`, `key_unknown`, `key_revoked`, `store_unavailable`, with a challenge.
 */
export function authenticate(
  authenticator: KeyAuthenticator,
  authorization: string | undefined,
  apiKey: string | undefined,
  mayLookUp: () => void,
): KeyHolder | Promise<KeyHolder> {
  const text = keyTextOf(authorization, apiKey);
  let holder: KeyHolder | Promise<KeyHolder>;
  try {
    holder = authenticator.authenticate(text, mayLookUp);
  } catch (error) {
    throw challenged(error);
  }
  if (!(holder instanceof Promise)) return holder;
  return holder.catch((error: unknown) => {
    throw challenged(error);
  });
}

function challenged(error: unknown): unknown {
  if (!(error instanceof FeatstoreError) || error.status !== 401) return error;
  return new FeatstoreError(error.code, error.detail, { errors: error.errors, headers: { ...error.headers, ...CHALLENGE } });
}
