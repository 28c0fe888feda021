import { FeatstoreError } from "../core/index";
import { roleRequired } from "./permissions";

/** Returns the error of an outcome of migration 0030's functions; undefined if the change was made. */
export function outcomeError(outcome: string): FeatstoreError | undefined {
  switch (outcome) {
    case "role_required":
      return roleRequired();
    case "organisation_not_found":
      return organisationNotFound();
    case "member_not_found":
      return memberNotFound();
    case "invitation_not_found":
      return invitationNotFound();
    case "last_owner":
      return new FeatstoreError("last_owner", "An organisation needs an owner: make another member an owner first.");
    case "already_member":
      return new FeatstoreError("already_member", "This mail address belongs to a member already.");
    case "too_many_invitations":
      return new FeatstoreError("too_many_invitations", "100 invitations are open: withdraw some first.");
    case "refused":
      return new FeatstoreError(
        "sign_up_refused",
        "You belong to no organisation here, and may not make one: ask an owner for an invitation, or the operator.",
      );
    default:
      return undefined;
  }
}

export function organisationNotFound(): FeatstoreError {
  return new FeatstoreError("organisation_not_found", "There is no such organisation that you belong to.");
}

export function memberNotFound(): FeatstoreError {
  return new FeatstoreError("member_not_found", "The organisation has no such member: GET /api/members lists them.");
}

export function invitationNotFound(): FeatstoreError {
  return new FeatstoreError(
    "invitation_not_found",
    "This invitation was used or withdrawn, has expired, or is for another mail address.",
  );
}
