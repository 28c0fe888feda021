import { FeatstoreError, ownPath } from "../../core/index";
import { pendingCookie, pendingIn } from "../request/cookies";
import { formFaults } from "../request/form-faults";
import { openForm, openPage, type Visit } from "../request/portal-handler";
import { FIRST_PAGE, pageReply, seeOther } from "../request/replies";
import { CodePage, LinkPage, LinkRefusedPage, SignInPage } from "./sign-in-pages";

export const showSignIn = openPage(async ({ services, query, frame, client }) => {
  const next = ownPath(query.get("next"), FIRST_PAGE);
  if ((await services.signIn.visitor(client)) !== null) return seeOther(next);
  const notice = query.has("signed-out") ? "You are signed out." : query.has("deleted") ? "It is deleted." : null;
  return pageReply(SignInPage({ frame, signIn: services.signIn, next, notice }));
});

export const requestLink = openForm(async (visit, form) => {
  const { services, frame, client } = visit;
  const next = ownPath(form.get("next"), FIRST_PAGE);
  const email = form.get("email");
  try {
    await services.signIn.requestLink({ email, next, client });
  } catch (error) {
    const faults = formFaults(error, ["email"]);
    if (faults === undefined || !(error instanceof FeatstoreError)) throw error;
    const page = SignInPage({ frame, signIn: services.signIn, next, form, faults });
    return pageReply(page, { status: error.status, code: error.code, headers: error.headers });
  }
  return seeOther("/portal/sign-in/code", [pendingCookie({ email, next }, isSecure(visit))]);
});

export const showCode = openPage(async ({ services, frame, client }) => {
  const pending = pendingIn(client.cookie);
  if (pending === null) return seeOther("/portal/sign-in");
  return pageReply(CodePage({ frame, email: pending.email, linkMinutes: services.signIn.linkMinutes }));
});

export const enterCode = openForm(async (visit, form) => {
  const { services, frame, client } = visit;
  const pending = pendingIn(client.cookie);
  if (pending === null) return seeOther("/portal/sign-in");
  const { email } = pending;
  try {
    // Mails and people put spaces into codes.
    const code = form.get("code").replaceAll(/[\s-]/g, "");
    const next = ownPath(pending.next, FIRST_PAGE);
    const cookies = await services.signIn.verifyCode({ email, code, next, client });
    return seeOther(next, [...cookies, pendingCookie(null, isSecure(visit))]);
  } catch (error) {
    if (!(error instanceof FeatstoreError) || formFaults(error, []) === undefined) throw error;
    // All that can be wrong is the code.
    const faults = { general: null, ofField: new Map([["code", error.detail]]) };
    const page = CodePage({ frame, email, linkMinutes: services.signIn.linkMinutes, faults, form });
    return pageReply(page, { status: error.status, code: error.code, headers: error.headers });
  }
});

/** Looks nothing up: a program that scans mails may open the page as often as it likes. */
export const showLink = openPage(async ({ query, frame }) =>
  pageReply(
    LinkPage({ frame, token: (query.get("token") ?? "").slice(0, 500), next: ownPath(query.get("next"), FIRST_PAGE) }),
  ),
);

export const confirmLink = openForm(async (visit, form) => {
  const next = ownPath(form.get("next"), FIRST_PAGE);
  try {
    const link = { token: form.get("token"), next, client: visit.client };
    const cookies = await visit.services.signIn.confirmLink(link);
    return seeOther(next, [...cookies, pendingCookie(null, isSecure(visit))]);
  } catch (error) {
    if (!(error instanceof FeatstoreError) || error.status < 400 || error.status >= 500) throw error;
    const page = LinkRefusedPage({ frame: visit.frame, detail: error.detail, next });
    return pageReply(page, { status: error.status, code: error.code, headers: error.headers });
  }
});

/** A link and not a form, because `form-action 'self'` also holds for the redirect to the provider. */
export const beginProvider = openPage(async ({ services, query, client }) => {
  if (services.signIn.provider === null) {
    throw new FeatstoreError("path_not_found", "This server has no company login. Sign in with your mail address.");
  }
  const { location, cookies } = await services.signIn.beginProvider(ownPath(query.get("next"), FIRST_PAGE), client);
  return seeOther(location, cookies);
});

/** The provider sends people here. */
export const finishProvider = openPage(async ({ services, request, client }) => {
  const { next, cookies } = await services.signIn.finishProvider(request.query, client);
  return seeOther(ownPath(next, FIRST_PAGE), cookies);
});

export const signOut = openForm(async ({ services, client }) =>
  seeOther("/portal/sign-in?signed-out", await services.signIn.signOut(client)),
);

function isSecure({ portal }: Visit): boolean {
  return portal.site.startsWith("https:");
}
