import { FeatstoreError, ownPath } from "../../core/index";
import { themeCookie } from "../request/cookies";
import { errorReply, memberPage, openForm, openPage } from "../request/portal-handler";
import { FIRST_PAGE, pageReply, seeOther } from "../request/replies";
import { segment } from "../request/segment";
import { JoinPage } from "../sign-in/join-page";

/** Sends people to their first page. */
export const firstPage = memberPage(async () => seeOther("/portal/keys"));

/** Keeps the choice of light or dark for browsers without JavaScript. */
export const chooseTheme = openForm(async (_, form) => {
  const theme = form.get("theme");
  return seeOther(ownPath(form.get("back"), FIRST_PAGE), [
    themeCookie(theme === "light" || theme === "dark" ? theme : null),
  ]);
});

export const pageNotFound = openPage(async (visit) => {
  const visitor = await visit.services.signIn.visitor(visit.client);
  const error = new FeatstoreError("path_not_found", "There is no such page. The address may be cut off or outdated.");
  return errorReply(visit, error, visitor);
});

/** The page of an invitation's mail, and of a sign-in that it led to. Its button accepts the invitation. */
export const showInvitation = memberPage(async ({ caller, frame, request }) => {
  const id = segment(request, 2);
  const invitations = caller.invitations.filter((invitation) => invitation.id === id);
  if (invitations.length > 0) {
    const form = { action: `/portal/account/invitations/${encodeURIComponent(id)}/accept`, fields: {} };
    return pageReply(JoinPage({ frame, invitations, form, other: FIRST_PAGE }));
  }
  throw new FeatstoreError(
    "invitation_not_found",
    `This invitation is for another address than ${caller.person.email}, was used or withdrawn, or has expired.`,
  );
});

/** For addresses of forms, which a browser opens when a person goes back or loads the page again. */
export function toPageOf(path: string) {
  const page = ["/portal/keys", "/portal/account"].find((each) => path.startsWith(each)) ?? FIRST_PAGE;
  return openPage(async () => seeOther(page));
}
