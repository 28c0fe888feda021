import type { Mail } from "../mail/index";
import { nameInMail } from "./name-fault";

/** The mail that invites someone to an organisation. */
export function invitationMail(
  to: string,
  baseUrl: string,
  { id, organisation }: { readonly id: string; readonly organisation: string },
): Mail {
  return {
    to,
    subject: "Invitation to an organisation on Featstore",
    text: [
      `You are invited to the organisation "${nameInMail(organisation)}". Open this page, and sign in with this mail address:`,
      "",
      `${baseUrl}/invitations/${id}`,
      "",
      "The invitation is valid for 7 days. If you do not know the organisation, ignore this mail.",
      "",
    ].join("\n"),
  };
}
