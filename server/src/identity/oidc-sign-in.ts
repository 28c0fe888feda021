import { type AuthConfig, ownPath } from "../core/index";
import { type BetterAuth, CALLBACK_PATH, OIDC } from "./better-auth";
import { providerRefused, REFUSED, refuseSignIn, signUpRefused } from "./sign-in-failure";
import { headersOf, type Visitor } from "./visitor";

/** Signs people in with an OpenID Connect provider. */
export interface OidcSignIn {
  /** Returns the provider's address to send the person to. Errors: `provider_refused` if it does not answer. */
  start(next: string | undefined): Promise<{ readonly location: string; readonly cookies: readonly string[] }>;
}

/** A session that the provider's answer began. */
interface OidcSession {
  readonly userId: string;
  readonly email: string;
  readonly cookies: readonly string[];
  readonly next: string;
}

export function createOidcSignIn(better: BetterAuth, auth: AuthConfig) {
  return {
    start: async (next: string | undefined) => {
      const { headers, response } = await better.api
        .signInSocial({
          body: { provider: OIDC, callbackURL: ownPath(next, "/"), disableRedirect: true },
          headers: new Headers(),
          returnHeaders: true,
        })
        .catch((error: unknown) => refuseSignIn(error, providerRefused));
      if (response.url === undefined) throw providerRefused();
      return { location: response.url, cookies: headers.getSetCookie() };
    },

    /** Reads the provider's answer. Errors: `provider_refused`, `sign_up_refused`. */
    finish: async (query: string, cookie: string, visitor: Visitor): Promise<OidcSession> => {
      const url = `${auth.baseUrl}${CALLBACK_PATH}?${query}`;
      const answer = await better.handler(new Request(url, { headers: headersOf(visitor, cookie) }));
      const target = new URL(answer.headers.get("location") ?? "/?error=none", auth.baseUrl);
      const failure = target.searchParams.get("error");
      if (failure === REFUSED) throw signUpRefused();
      const cookies = answer.headers.getSetCookie();
      const sent = cookies.map((text) => text.split(";", 1)[0]).join("; ");
      const session = failure === null ? await better.api.getSession({ headers: new Headers({ cookie: sent }) }) : null;
      if (session === null) throw providerRefused();
      return {
        userId: session.user.id,
        email: session.user.email,
        cookies,
        next: ownPath(`${target.pathname}${target.search}`, "/"),
      };
    },
  };
}
