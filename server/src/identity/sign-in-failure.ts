import { isAPIError } from "better-auth/api";
import { FeatstoreError } from "../core/index";

/** The code with which our hook stops Better Auth from creating a person. */
export const REFUSED = "sign_up_refused";

/** Throws what a failed call of Better Auth means to the person; other faults, such as the database's, unchanged. */
export function refuseSignIn(error: unknown, otherwise: () => FeatstoreError): never {
  if (!isAPIError(error)) throw error;
  if (typeof error.status === "number" ? error.status >= 500 : error.status === "INTERNAL_SERVER_ERROR") throw error;
  const location = new Headers(error.headers).get("location") ?? "";
  throw error.body?.code === REFUSED || location.includes(`error=${REFUSED}`) ? signUpRefused() : otherwise();
}

export function signUpRefused(): FeatstoreError {
  return new FeatstoreError(
    "sign_up_refused",
    "This mail address may not join. Ask an owner of an organisation for an invitation, or the operator.",
  );
}

export function linkInvalid(): FeatstoreError {
  return new FeatstoreError("link_invalid", "This link or code was used, has expired or is wrong: ask for a new mail.");
}

export function tooManyCodes(seconds: number): FeatstoreError {
  return new FeatstoreError(
    "too_many_failed_attempts",
    `Too many wrong codes came from this address: use the link of the mail, or try again in ${seconds} s.`,
    { headers: { "retry-after": String(seconds) } },
  );
}

export function providerRefused(): FeatstoreError {
  return new FeatstoreError("provider_refused", "The sign-in provider did not confirm who you are: sign in again.");
}
