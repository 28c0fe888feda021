import { FeatstoreError } from "../../core/index";
import type { ApiExchange } from "../exchange/api-exchange";
import type { Person, SessionReader } from "./principal";

/** Returns whether a request has a cookie and no key. With a key, the key counts. */
export function hasOnlyCookie(exchange: ApiExchange): boolean {
  return (
    exchange.header("cookie") !== undefined &&
    exchange.header("authorization") === undefined &&
    exchange.header("x-api-key") === undefined
  );
}

/**
 * Returns the signed-in person of a request. A change has to come from our own pages, because browsers send the cookie
 * with requests of others too. Errors: `origin_forbidden`, `session_expired`, `sign_up_refused`.
 */
export async function personOf(sessions: SessionReader, exchange: ApiExchange): Promise<Person> {
  const reads = exchange.method === "GET" || exchange.method === "HEAD";
  if (!reads && exchange.header("origin") !== sessions.origin) {
    throw new FeatstoreError("origin_forbidden", `Changes by cookie have to come from ${sessions.origin}.`);
  }
  const person = await sessions.person(exchange.header("cookie") ?? "", exchange.address);
  if (person === undefined) {
    throw new FeatstoreError(
      "session_expired",
      "The cookie holds no valid session: sign in again, or send an API key.",
    );
  }
  return person;
}
