import {
  type AuthConfig,
  addressGroup,
  emailAddress,
  invalidBody,
  type Logger,
  ownPath,
  personActor,
} from "../core/index";
import type { Database } from "../database/index";
import type { Person, SessionReader } from "../http/index";
import type { Mailer } from "../mail/index";
import { DECLINED, type Organisations } from "../organisations/index";
import type { AttemptLimits } from "../platform/index";
import { createBetterAuth } from "./better-auth";
import { createOidcSignIn, type OidcSignIn } from "./oidc-sign-in";
import { linkInvalid, refuseSignIn, signUpRefused, tooManyCodes } from "./sign-in-failure";
import { signInMail } from "./sign-in-mail";
import {
  createSignInMails,
  LINK_MINUTES,
  MAX_WRONG_CODES,
  newSignInSecrets,
  type SignInSecrets,
} from "./sign-in-mails";
import { headersOf, type Visitor } from "./visitor";

export interface SignedIn {
  readonly person: Person;
  /** The values of `Set-Cookie`. */
  readonly cookies: readonly string[];
  /** The path of this server that the person wanted; `/` if they wanted none. */
  readonly next: string;
  /** True if the person joined an organisation by signing in. */
  readonly joined: boolean;
}

/** Signs people in and out. A path `next` that leads to another site counts as `/`. */
export interface Identity extends SessionReader {
  /** Waits for mails that were requested. */
  idle(): Promise<void>;
  /** How long a mailed link and its code work. */
  readonly linkMinutes: number;
  /** Wrong codes after which a mail's code no longer works; its link does. */
  readonly maxWrongCodes: number;
  /**
   * Mails a link and a code, if a person with this mail address may sign in; neither the outcome nor its time tells, because
   * it does so after the response. `ticket`: of the
   * browser that sent the request, which can enter the code. Errors: `invalid_body`, `too_many_mails`.
   */
  requestLink(
    request: { readonly email: string; readonly next?: string | undefined },
    visitor: Visitor,
  ): Promise<{ readonly ticket: string }>;
  /**
   * Signs in with the token of a mailed link. `join`: the id of the invitation that a person without an organisation accepts, or
   * `DECLINED`. Errors: `link_invalid`, `sign_up_refused`; `InvitationChoice` if the person has to choose, after which the mail
   * still works.
   */
  confirmLink(
    link: { readonly token: string; readonly next?: string | undefined; readonly join?: string | undefined },
    visitor: Visitor,
  ): Promise<SignedIn>;
  /** Signs in with a mailed code. Errors: as for `confirmLink`, and `too_many_failed_attempts`. */
  verifyCode(
    code: {
      readonly ticket: string;
      readonly code: string;
      readonly next?: string | undefined;
      readonly join?: string | undefined;
    },
    visitor: Visitor,
  ): Promise<SignedIn>;
  /** Ends a session; returns the values of `Set-Cookie`. */
  signOut(cookie: string, visitor: Visitor): Promise<readonly string[]>;
  /** Ends all sessions of the person but this one. */
  endOtherSessions(cookie: string, visitor: Visitor): Promise<void>;
  /** Null: no provider is configured. `finish` takes the query of the provider's answer. */
  readonly oidc:
    | (OidcSignIn & {
        /** Errors: `provider_refused`, `sign_up_refused`. */
        finish(query: string, cookie: string, visitor: Visitor): Promise<SignedIn>;
      })
    | null;
}

export interface IdentityOptions {
  readonly auth: AuthConfig;
  readonly secret: string;
  readonly database: Pick<Database, "query">;
  readonly organisations: Organisations;
  readonly mailer: Mailer;
  readonly attempts: AttemptLimits;
  readonly logger: Pick<Logger, "warn" | "error">;
}

interface Wanted {
  readonly next?: string | undefined;
  readonly join?: string | undefined;
}

const SESSION_COOKIE = "featstore.session_token=";
const MAX_COOKIE = 4096;
/** Within a quarter of an hour; many people may share an address. */
const ADDRESS_WRONG_CODES = 30;

/** Creates the service over Better Auth; `organisations` decides who may join, and where. */
export function createIdentity(options: IdentityOptions): Identity {
  const { auth, organisations, mailer, logger } = options;
  const better = createBetterAuth({
    ...options,
    mayJoin: (email) => organisations.mayJoin(email),
  });
  const mails = createSignInMails(options.database, options.secret);
  const codes = options.attempts.limit({ name: "codes", max: ADDRESS_WRONG_CODES, seconds: 15 * 60 });
  const oidc = auth.oidc === null ? null : createOidcSignIn(better, auth);

  /** Gives a person who has just proved their mail address an organisation, and records the sign-in. */
  const enter = async (userId: string, invitation: string | null, { address }: Visitor) => {
    const actor = personActor(userId, address);
    const { person, joined } = await organisations.signUp(actor, invitation);
    await organisations.recordSession(actor, person.organisation, "session.started");
    return { person, joined };
  };
  const sessionOf = async (cookie: string) =>
    cookie.includes(SESSION_COOKIE) && cookie.length <= MAX_COOKIE
      ? better.api.getSession({ headers: new Headers({ cookie }) })
      : null;

  /** Uses a mail up. A mail that may not sign in stays as it is. */
  const confirm = async (mail: string, wanted: Wanted, visitor: Visitor): Promise<SignedIn> => {
    const next = ownPath(wanted.next, "/");
    const recipient = await mails.recipient(mail);
    if (recipient === undefined) throw linkInvalid();
    if (!(await organisations.mayEnter(recipient))) throw signUpRefused();
    const choice = await organisations.invitationChoice(recipient);
    const joins = choice?.invitations.find(({ id }) => id === wanted.join)?.id ?? null;
    const declines = wanted.join === DECLINED && choice?.mayDecline === true;
    if (choice !== undefined && joins === null && !declines) throw choice;
    const email = await mails.use(mail);
    if (email === undefined) throw linkInvalid();
    await mailer.forget("sign-in", email);
    const { headers, response } = await better.api
      .beginMailSession({ body: { email }, headers: headersOf(visitor), returnHeaders: true })
      .catch((error: unknown) => refuseSignIn(error, linkInvalid));
    return { ...(await enter(response.userId, joins, visitor)), cookies: headers.getSetCookie(), next };
  };

  /** Stores the same for every address: the time of a wrong code does not tell either whether an address is known. */
  const mail = async (email: string, secrets: SignInSecrets, next: string): Promise<void> => {
    const code = (await mails.add(email, secrets)) ? secrets.code : null;
    if (!(await organisations.mayEnter(email))) return;
    mailer.send(signInMail(email, auth.baseUrl, { token: secrets.token, code, next }));
  };
  const underWay = new Set<Promise<void>>();
  /** Goes on after the response, whose time would tell whether the address is known. */
  const later = (work: Promise<void>): void => {
    const done = work
      // The message of the fault may quote the address.
      .catch((error: unknown) => logger.error({ code: codeOf(error) }, "a sign-in mail could not be made"))
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };

  return {
    idle: async () => void (await Promise.all(underWay)),
    origin: new URL(auth.baseUrl).origin,
    linkMinutes: LINK_MINUTES,
    maxWrongCodes: MAX_WRONG_CODES,

    async requestLink({ email: text, next }, visitor) {
      const email = emailAddress(text);
      if (email === undefined) throw invalidBody([{ path: "email", detail: "expected a mail address" }]);
      await mailer.take("sign-in", email, visitor.address);
      const secrets = newSignInSecrets();
      later(mail(email, secrets, ownPath(next, "/")));
      return { ticket: secrets.ticket };
    },

    confirmLink: async ({ token, ...wanted }, visitor) => confirm(mails.ofToken(token), wanted, visitor),

    async verifyCode({ ticket, code, ...wanted }, visitor) {
      const from = addressGroup(visitor.address);
      const refused = codes.wait(from);
      if (refused > 0) throw tooManyCodes(refused);
      const mail = /^[0-9]{6}$/.test(code) ? await mails.ofCode(ticket, code) : undefined;
      if (mail !== undefined) return confirm(mail, wanted, visitor);
      await codes.take(from);
      throw linkInvalid();
    },

    async person(cookie, address) {
      const session = await sessionOf(cookie);
      if (session === null) return undefined;
      const { id } = session.user;
      // A process may have ended between the first sign-in and the person's organisation.
      return (await organisations.personOf(id)) ?? (await organisations.signUp(personActor(id, address), null)).person;
    },

    async endOtherSessions(cookie, visitor) {
      const session = await sessionOf(cookie);
      if (session === null) return;
      await better.api.revokeOtherSessions({ headers: headersOf(visitor, cookie) });
      const { id } = session.user;
      const organisation = (await organisations.personOf(id))?.organisation ?? null;
      await organisations.recordSession(personActor(id, visitor.address), organisation, "session.ended");
    },

    async signOut(cookie, visitor) {
      const session = await sessionOf(cookie);
      const { headers } = await better.api.signOut({ headers: headersOf(visitor, cookie), returnHeaders: true });
      if (session !== null) {
        const { id } = session.user;
        const person = await organisations.personOf(id);
        await organisations.recordSession(
          personActor(id, visitor.address),
          person?.organisation ?? null,
          "session.ended",
        );
      }
      return headers.getSetCookie();
    },

    oidc: oidc && {
      start: oidc.start,
      async finish(query, cookie, visitor) {
        const { userId, email, cookies, next } = await oidc.finish(query, cookie, visitor);
        // Only their own browser can have begun this, so nobody else signs them in.
        const choice = await organisations.invitationChoice(email);
        const needed = choice?.mayDecline === false ? (choice.invitations.at(-1)?.id ?? null) : null;
        return { ...(await enter(userId, needed, visitor)), cookies, next };
      },
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
