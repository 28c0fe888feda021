import { randomId } from "../core/index";

/**
 * Returns a new random id.
 *
 * @example newId("org") // "org_" and 16 characters of a-z and 2-7
 */
export function newId(prefix: "org" | "inv"): string {
  return `${prefix}_${randomId()}`;
}

export const ORGANISATION_ID = /^org_[a-z2-7]{16}$/;
export const INVITATION_ID = /^inv_[a-z2-7]{16}$/;
/** The page that an invitation's mail opens; the first group is the id. */
export const INVITATION_PATH = /^\/invitations\/(inv_[a-z2-7]{16})$/;
