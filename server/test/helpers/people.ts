import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { createApp } from "../../src/app";
import { loadConfig } from "../../src/core/config";
import type { Database } from "../../src/database/database";
import { createDeps } from "../../src/deps";
import type { Identity } from "../../src/identity/index";
import { InvitationChoice } from "../../src/organisations/invitation-choice";
import { checkAnswer } from "./answer-contract";
import { type ReceivedMail, startMailServer } from "./mail-server";

export const ORIGIN = "http://127.0.0.1:8080";
export const VISITOR = { address: "192.0.2.7", userAgent: "test" };

export interface PeopleOptions {
  /** Settings besides those that let everybody sign in. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface SentRequest {
  readonly cookie?: string;
  readonly key?: string;
  readonly body?: unknown;
  /** Default: our own; null: none. */
  readonly origin?: string | null;
}

/** Starts the application with people over a migrated database, and a mail server. */
export async function startPeople(database: Database, { env = {} }: PeopleOptions = {}) {
  const mailServer = await startMailServer();
  const folder = mkdtempSync(join(tmpdir(), "featstore-people-"));
  const config = loadConfig({
    folder,
    env: {
      FEATSTORE_DATA_DIR: folder,
      FEATSTORE_LOG_FILE: join(folder, "server.log"),
      FEATSTORE_SCHEDULER: "off",
      FEATSTORE_AUTH: "true",
      FEATSTORE_AUTH_SIGNUP: "open",
      FEATSTORE_AUTH_MAIL_URL: mailServer.url,
      FEATSTORE_AUTH_MAIL_FROM: "features@example.com",
      ...env,
    },
  });
  const deps = await createDeps(config, { database });
  const { identity } = deps;
  if (identity === null) throw new Error("nobody signs in");
  const app = createApp(deps);

  const request = async (method: string, path: string, { cookie, key, body, origin = ORIGIN }: SentRequest = {}) => {
    const headers: Record<string, string> = {};
    if (cookie !== undefined) headers.cookie = cookie;
    if (key !== undefined) headers.authorization = `Bearer ${key}`;
    if (origin !== null) headers.origin = origin;
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await app.request(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    await checkAnswer(response, method, path);
    const text = await response.text();
    return {
      status: response.status,
      body: JSON.parse(text) as Record<string, unknown>,
      text,
      headers: response.headers,
    };
  };
  const mailsTo = (to: string, part: string) =>
    mailServer.mails.filter((mail) => mail.to === to && mail.text.includes(part));
  /** Waits for a mail besides the first `after` ones with this part. */
  const mailTo = async (to: string, after = 0, part = "/portal/sign-in/link"): Promise<ReceivedMail> => {
    const received = () => mailsTo(to, part);
    // Not `expect.poll`, which works inside tests only.
    await vi.waitFor(() => expect(received().length).toBeGreaterThan(after), 60_000);
    return received().at(-1) as ReceivedMail;
  };
  /** Asks for a mail, and returns its link's token, its code and the ticket. */
  const askFor = async (address: string, next?: string) => {
    const email = address.toLowerCase();
    const before = mailsTo(email, "/portal/sign-in/link").length;
    const { ticket } = await identity.requestLink({ email: address, next }, VISITOR);
    const { text } = await mailTo(email, before);
    const link = new URL(/http\S+/.exec(text)?.[0] ?? "");
    const code = /code \D*(\d{6})/.exec(text)?.[1] ?? "";
    return { link, token: link.searchParams.get("token") ?? "", code, ticket };
  };
  return {
    deps,
    identity: identity satisfies Identity,
    app,
    mails: mailServer.mails,
    request,
    mailTo,
    askFor,
    /** Signs in, and accepts the newest invitation if the person needs one. */
    async signIn(email: string, next?: string) {
      const { token } = await askFor(email, next);
      const { cookies, person } = await identity.confirmLink({ token, next }, VISITOR).catch((error: unknown) => {
        if (!(error instanceof InvitationChoice)) throw error;
        return identity.confirmLink({ token, next, join: error.invitations.at(-1)?.id }, VISITOR);
      });
      return { cookie: cookieOf(cookies), person };
    },
    log: () => {
      deps.logger.flush();
      return readFileSync(join(folder, "server.log"), "utf8");
    },
    async close() {
      await deps.close();
      await mailServer.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type People = Awaited<ReturnType<typeof startPeople>>;

/** Returns the `Cookie` header of a browser that got these. */
export function cookieOf(cookies: readonly string[]): string {
  return cookies.map((cookie) => cookie.split(";", 1)[0]).join("; ");
}
