import { randomBytes } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const CHARACTERS = 16;

/**
 * Returns a new random id.
 *
 * @example newId("org") // "org_" and 16 characters of a-z and 2-7
 */
export function newId(prefix: "org" | "inv"): string {
  // 256 is a multiple of 32, so every character is as likely as any other.
  return `${prefix}_${[...randomBytes(CHARACTERS)].map((byte) => ALPHABET[byte % 32]).join("")}`;
}

export const ORGANISATION_ID = /^org_[a-z2-7]{16}$/;
export const INVITATION_ID = /^inv_[a-z2-7]{16}$/;
/** The page that an invitation's mail opens; the first group is the id. */
export const INVITATION_PATH = /^\/invitations\/(inv_[a-z2-7]{16})$/;
