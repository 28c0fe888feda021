import { type Actor, FeatstoreError, personActor } from "../core/index";
import type { ApiRequest, Handler, Person } from "../http/index";
import type { Organisations } from "./organisations";

/** Builds a handler that answers `auth_off` if nobody signs in to this server. */
export function withPeople(organisations: Organisations | null, create: (on: Organisations) => Handler): Handler {
  if (organisations !== null) return create(organisations);
  return () => {
    throw new FeatstoreError(
      "auth_off",
      "Nobody signs in to this server (auth.enabled is off), so there are no organisations: the operator makes its keys.",
    );
  };
}

/** Returns the person who makes a request, and the actor of the change. Errors: `person_required`. */
export function personIn({ person, address }: ApiRequest): { readonly person: Person; readonly actor: Actor } {
  if (person === null) {
    throw new FeatstoreError("person_required", "An API key cannot do this: send the session cookie of a person.");
  }
  return { person, actor: personActor(person.userId, address) };
}

/** Returns the organisation of a request's person or key. Errors: `organisation_not_found`. */
export function organisationIn({ person, principal }: ApiRequest): string {
  const organisation = person?.organisation ?? principal?.organisation ?? null;
  if (organisation === null) {
    throw new FeatstoreError(
      "organisation_not_found",
      "This API key belongs to no organisation: the operator made it.",
    );
  }
  return organisation;
}
