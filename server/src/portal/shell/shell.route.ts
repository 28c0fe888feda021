import { FeatstoreError, ownPath } from "../../core/index";
import { compressed } from "../../http/index";
import { themeCookie } from "../request/cookies";
import { errorReply, memberPage, openForm, openPage } from "../request/portal-handler";
import { FIRST_PAGE, seeOther } from "../request/replies";

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

/** The page of an invitation's mail. Signed in, the person accepts it on the page of the account. */
export const showInvitation = memberPage(async () => seeOther("/portal/account"));

export const portalFile = openPage(async ({ portal, request }) => {
  const file = portal.files.byName.get(request.path.split("/").at(-1) ?? "");
  if (file === undefined) throw new FeatstoreError("path_not_found", "There is no such file. Load the page again.");
  const headers = { "cache-control": "public, max-age=31536000, immutable", vary: "accept-encoding" };
  const reply = { status: 200, contentType: file.contentType, body: file.bytes, headers };
  return file.contentType === "font/woff2" ? reply : compressed(request.header("accept-encoding") ?? "", reply);
});
