import type { ReceivedInvitation } from "./account-reader";

/** Thrown when a person without an organisation signs in who is invited: they have to choose. */
export class InvitationChoice extends Error {
  constructor(
    /** The newest last. */
    readonly invitations: readonly ReceivedInvitation[],
    /** True if they may have an organisation of their own instead. */
    readonly mayDecline: boolean,
  ) {
    super("an invitation has to be accepted");
  }
}

/** The choice of a person who makes an organisation of their own. */
export const DECLINED = "none";
