import { createHmac, randomInt } from "node:crypto";
import { generateRandomString } from "better-auth/crypto";
import { type Database, ownQuery } from "../database/index";

/** What signs a person in. Only the browser that requested a mail holds its ticket. */
export interface SignInSecrets {
  readonly ticket: string;
  readonly token: string;
  readonly code: string;
}

/** The mails that people can still sign in with. Secrets are stored hashed. */
export interface SignInMails {
  /** Stores a mail. Returns whether its code works; after too many failed mails of a day only the link does. */
  add(email: string, secrets: SignInSecrets): Promise<boolean>;
  /** Identifies the mail of a link's token. */
  ofToken(token: string): string;
  /** Identifies the mail of a ticket and its code; undefined if there is none, which counts as a wrong code. */
  ofCode(ticket: string, code: string): Promise<string | undefined>;
  /** Returns the recipient of a mail that can be used. */
  recipient(mail: string): Promise<string | undefined>;
  /** Uses a mail up, and all others to its recipient. Returns the recipient; undefined if it was used or has expired. */
  use(mail: string): Promise<string | undefined>;
}

export const LINK_MINUTES = 15;
export const MAX_WRONG_CODES = 3;
const MAX_FAILED_MAILS = 5;
const DEADLINE_MS = 5000;

export function newSignInSecrets(): SignInSecrets {
  return {
    ticket: generateRandomString(32, "a-z", "A-Z"),
    token: generateRandomString(32, "a-z", "A-Z"),
    code: String(randomInt(1_000_000)).padStart(6, "0"),
  };
}

/** Calls the functions of migration 0041. `secret`: a plain hash of six digits can be inverted by trying them all. */
export function createSignInMails(database: Pick<Database, "query">, secret: string): SignInMails {
  const digest = (kind: string, text: string) =>
    createHmac("sha256", secret).update(`${kind} ${text}`).digest("base64url");
  // They wait for a lock and then look, for which the isolation has to be `read committed`.
  const call = async (expression: string, ...parameters: string[]): Promise<string | undefined> => {
    const text = `select (${expression})::text as result`;
    const rows = await ownQuery<{ result: string | null }>(database, { text, parameters }, { deadlineMs: DEADLINE_MS });
    return rows[0]?.result ?? undefined;
  };
  return {
    async add(email, { ticket, token, code }) {
      const mail = {
        ...{ email, ticket: digest("ticket", ticket) },
        link: digest("link", token),
        code: digest("code", code),
      };
      const limits = [String(LINK_MINUTES * 60), String(MAX_WRONG_CODES), String(MAX_FAILED_MAILS)];
      const added = await call(
        "featstore.add_sign_in_mail($1::jsonb, $2::text::double precision, $3::text::integer, $4::text::integer)",
        JSON.stringify(mail),
        ...limits,
      );
      return added === "true";
    },
    ofToken: (token) => digest("link", token),
    ofCode: (ticket, code) =>
      call(
        "featstore.link_of_code($1::text, $2::text, $3::text::integer)",
        digest("ticket", ticket),
        digest("code", code),
        String(MAX_WRONG_CODES),
      ),
    recipient: (mail) =>
      call("select email from featstore.sign_in_mails where link = $1::text and expires_at > clock_timestamp()", mail),
    use: (mail) => call("featstore.use_sign_in_mail($1::text)", mail),
  };
}
