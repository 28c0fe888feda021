import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";

/**
 * Lets the server begin the session of a person who has proved a mail address, whose account it makes if there is none.
 * Links and codes are ours: those of Better Auth's plugins know nothing of each other, so that a code outlives the link
 * of its mail.
 */
export const mailSession = {
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
