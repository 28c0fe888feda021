import { type BetterAuthPlugin, betterAuth } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { genericOAuth } from "better-auth/plugins";
import { Kysely } from "kysely";
import { z } from "zod";
import type { AuthConfig, Logger } from "../core/index";
import type { Database } from "../database/index";
import { createDatabaseDialect } from "./database-dialect";
import { REFUSED } from "./sign-in-failure";

/**
 * Lets the server begin the session of a person who has proved a mail address, whose account it makes if there is none.
 * Links and codes are ours: those of Better Auth's plugins know nothing of each other, so that a code outlives the link
 * of its mail.
 */
const mailSession = {
  id: "mail-session",
  endpoints: {
    beginMailSession: createAuthEndpoint.serverOnly(
      { method: "POST", requireHeaders: true, body: z.object({ email: z.string() }) },
      async (context) => {
        const { internalAdapter } = context.context;
        const { email } = context.body;
        const known = await internalAdapter.findUserByEmail(email);
        const user =
          known?.user ??
          (await internalAdapter.createUser({ email, emailVerified: true, name: "" }, { method: "mail-session" }));
        // Nobody has such an account: our hook creates none without a confirmed address.
        if (!user.emailVerified) throw new APIError("FORBIDDEN");
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(context, { session, user });
        return context.json({ userId: user.id });
      },
    ),
  },
} satisfies BetterAuthPlugin;

export const OIDC = "oidc";
const BASE_PATH = "/auth";
/** Where the provider sends people back to. */
export const CALLBACK_PATH = `${BASE_PATH}/callback/${OIDC}`;
/** The header in which we pass the client's address; whatever a client sends in other headers does not count. */
export const ADDRESS_HEADER = "x-featstore-address";
const DAY_SECONDS = 86_400;

export interface BetterAuthOptions {
  readonly auth: AuthConfig;
  readonly secret: string;
  readonly database: Pick<Database, "query">;
  readonly logger: Pick<Logger, "warn" | "error">;
  /** Decides whether a new person with this confirmed mail address may join. */
  readonly mayJoin: (email: string) => Promise<boolean>;
}

/** Configures Better Auth. Its routes are not served: forms and requests call `auth.api`. */
export function createBetterAuth({ auth, secret, database, logger, mayJoin }: BetterAuthOptions) {
  return betterAuth({
    appName: "Featstore",
    baseURL: auth.baseUrl,
    basePath: BASE_PATH,
    secret,
    database: {
      db: new Kysely<never>({ dialect: createDatabaseDialect(database) }),
      type: "postgres",
      schemaName: "featstore_auth",
      transaction: false,
    },
    telemetry: { enabled: false },
    // Mails, codes and addresses are limited by us.
    rateLimit: { enabled: false },
    logger: {
      log(level, message) {
        // Its own logger prints addresses, and its further arguments may hold anything.
        const text = message.replaceAll(/\S+@\S+/g, "[address]").slice(0, 300);
        if (level === "error") logger.error({ identity: text }, "sign-in failed");
        else if (level === "warn") logger.warn({ identity: text }, "sign-in");
      },
    },
    session: { expiresIn: auth.sessionDays * DAY_SECONDS, disableSessionRefresh: true },
    account: { encryptOAuthTokens: true },
    advanced: {
      cookiePrefix: "featstore",
      useSecureCookies: auth.baseUrl.startsWith("https://"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // The migrations make its tables, and a test compares them.
      database: { validateSchema: false },
    },
    databaseHooks: {
      account: { create: { before: withoutTokens }, update: { before: withoutTokens } },
      user: {
        create: {
          before: async ({ email, emailVerified }) => {
            if (!emailVerified || !(await mayJoin(email))) throw new APIError("FORBIDDEN", { code: REFUSED });
          },
        },
      },
    },
    plugins: [
      mailSession,
      ...(auth.oidc === null
        ? []
        : [
            genericOAuth({
              config: [
                {
                  providerId: OIDC,
                  discoveryUrl: `${auth.oidc.issuer}/.well-known/openid-configuration`,
                  clientId: auth.oidc.clientId,
                  clientSecret: auth.oidc.clientSecret.reveal(),
                  scopes: ["openid", "email", "profile"],
                  pkce: true,
                  requireIdTokenVerification: true,
                  // That setting lets an answer without an id token pass.
                  accountSubject: ({ tokens, profile }) => {
                    if (tokens.idToken === undefined) throw new Error("the provider sent no id token");
                    return String(profile.sub);
                  },
                },
              ],
            }),
          ]),
    ],
  });
}

/** The provider's tokens are not needed after the sign-in; its option to encrypt them leaves the id token out. */
const withoutTokens = async () => ({ data: { accessToken: null, refreshToken: null, idToken: null } });

export type BetterAuth = ReturnType<typeof createBetterAuth>;
