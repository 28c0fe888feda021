import { FeatstoreError, ownPath } from "../../core/index";
import type { Reply } from "../../http/index";
import { DECLINED, InvitationChoice } from "../../organisations/index";
import type { Cookies, SignedIn } from "../portal-services";
import { pendingCookie, pendingIn } from "../request/cookies";
import type { Form } from "../request/form";
import { formFaults } from "../request/form-faults";
import { openForm, openPage, type Visit } from "../request/portal-handler";
import { FIRST_PAGE, pageReply, seeOther } from "../request/replies";
import { type JoinForm, JoinPage } from "./join-page";
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
    const { ticket } = await services.signIn.requestLink({ email, next, client });
    return seeOther("/portal/sign-in/code", [pendingCookie({ email, next, ticket, wrongCodes: 0 }, isSecure(visit))]);
  } catch (error) {
    const faults = formFaults(error, ["email"]);
    if (faults === undefined || !(error instanceof FeatstoreError)) throw error;
    const page = SignInPage({ frame, signIn: services.signIn, next, form, faults });
    return pageReply(page, { status: error.status, code: error.code, headers: error.headers });
  }
});

export const showCode = openPage(async ({ services, frame, client }) => {
  const pending = pendingIn(client.cookie);
  if (pending === null) return seeOther("/portal/sign-in");
  return pageReply(CodePage({ frame, email: pending.email, signIn: services.signIn }));
});

export const enterCode = openForm(async (visit, form) => {
  const { services, frame, client } = visit;
  const pending = pendingIn(client.cookie);
  if (pending === null) return seeOther("/portal/sign-in");
  const { email, ticket } = pending;
  const { signIn } = services;
  const refused = (error: FeatstoreError, text: string, cookies: Cookies = []) => {
    const faults = { general: null, ofField: new Map([["code", text]]) };
    const page = CodePage({ frame, email, signIn, faults, form });
    return pageReply(page, { status: error.status, code: error.code, headers: error.headers, cookies });
  };
  // Mails and people put spaces into codes.
  const code = form.get("code").replaceAll(/[\s-]/g, "");
  if (!/^[0-9]{6}$/.test(code)) {
    return refused(new FeatstoreError("invalid_form", "The code is wrong."), "A code has 6 digits: enter it again.");
  }
  try {
    const join = chosen(form);
    return await signedIn(visit, pending.next, (next) => signIn.verifyCode({ ticket, code, next, join, client }));
  } catch (error) {
    if (error instanceof InvitationChoice) {
      return joinReply(visit, error, { action: "/portal/sign-in/code", fields: { code } });
    }
    if (!(error instanceof FeatstoreError) || formFaults(error, []) === undefined) throw error;
    if (error.code !== "link_invalid") return refused(error, error.detail);
    // Counted in the browser: the server's own count would tell whether the address is known.
    const wrongCodes = pending.wrongCodes + 1;
    const cookies = [pendingCookie({ ...pending, wrongCodes }, isSecure(visit))];
    return refused(error, wrongCodeText(signIn.maxWrongCodes - wrongCodes), cookies);
  }
});

function wrongCodeText(left: number): string {
  if (left <= 0)
    return "This code is wrong, and too many were: the code of your mail no longer works. Use its link, or get a new mail.";
  const tries = left === 1 ? "one more time" : `${left} more times`;
  return `This code is wrong, was used or is too old. You can try ${tries}.`;
}

/** Signs in, and leads to the wanted page, or to the organisation that the person joined. */
async function signedIn(visit: Visit, wanted: string, act: (next: string) => Promise<SignedIn>): Promise<Reply> {
  const next = ownPath(wanted, FIRST_PAGE);
  const { cookies, joined } = await act(next);
  return seeOther(joined ? "/portal/keys?done=joined" : next, [...cookies, pendingCookie(null, isSecure(visit))]);
}

/** Looks nothing up: a program that scans mails may open the page as often as it likes. */
export const showLink = openPage(async ({ query, frame, portal }) => {
  const token = (query.get("token") ?? "").slice(0, 500);
  const next = ownPath(query.get("next"), FIRST_PAGE);
  const until = Number(query.get("until") ?? Number.POSITIVE_INFINITY);
  const detail =
    token === ""
      ? "Its address is not complete. Open the link of the mail again, or get a new mail."
      : until * 1000 <= portal.now().getTime()
        ? "It is no longer valid, because it is too old."
        : null;
  if (detail === null) return pageReply(LinkPage({ frame, token, next }));
  const { status, code } = new FeatstoreError("link_invalid", detail);
  return pageReply(LinkRefusedPage({ frame, detail, next }), { status, code });
});

export const confirmLink = openForm(async (visit, form) => {
  const next = ownPath(form.get("next"), FIRST_PAGE);
  try {
    const { client, services } = visit;
    return await signedIn(visit, next, () =>
      services.signIn.confirmLink({ token: form.get("token"), next, join: chosen(form), client }),
    );
  } catch (error) {
    if (error instanceof InvitationChoice) {
      return joinReply(visit, error, { action: "/portal/sign-in/link", fields: { token: form.get("token"), next } });
    }
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
export const finishProvider = openPage(async (visit) => {
  const { services, request, client } = visit;
  const result = await services.signIn.finishProvider(request.query, client);
  return signedIn(visit, result.next, async () => result);
});

export const signOut = openForm(async ({ services, client }) =>
  seeOther("/portal/sign-in?signed-out", await services.signIn.signOut(client)),
);

/** The invitation that a person accepts with the button of its page. */
function chosen(form: Form): string | undefined {
  const id = form.get("join");
  return id === "" ? undefined : id;
}

function joinReply({ frame }: Visit, choice: InvitationChoice, form: JoinForm): Promise<Reply> {
  return pageReply(
    JoinPage({ frame, invitations: choice.invitations, form, other: choice.mayDecline ? DECLINED : null }),
  );
}

function isSecure({ portal }: Visit): boolean {
  return portal.site.startsWith("https:");
}
