import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { expect, vi } from "vitest";
import { createCliProject, songDefinitions, songTable } from "../cli/cli";
import { startMailServer } from "../helpers/mail-server";
import type { TestDatabase } from "../helpers/test-database";
import { startServing } from "./serving";

/** A tier that reads everything, 10 times a month. */
const config = `
tiers:
  levels:
    free: { requests_per_second: 1000, burst: 1000, requests_per_month: 10, resources: ["*"] }
`;

/** Starts a server with open sign-up, the pages, a mail server and one view, `song_profile`. */
export async function startSignUpServer(target: TestDatabase) {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const mailServer = await startMailServer();
    closers.push(mailServer.close);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const environment: Record<string, string> = {
      FEATSTORE_SCHEDULER: "off",
      FEATSTORE_AUTH: "true",
      FEATSTORE_AUTH_SIGNUP: "open",
      FEATSTORE_AUTH_MAIL_URL: mailServer.url,
      FEATSTORE_AUTH_MAIL_FROM: "features@example.com",
      FEATSTORE_AUTH_BASE_URL: url,
    };
    if (target.kind === "postgres") {
      const opened = await target.open();
      closers.push(opened.drop);
      environment.DATABASE_URL = opened.url ?? "";
      environment.FEATSTORE_KEY_SECRET = "0123456789abcdef0123456789abcdef";
      environment.FEATSTORE_AUTH_SECRET = "fedcba9876543210fedcba9876543210";
      const redis = process.env.TEST_REDIS_URL;
      if (redis !== undefined) {
        environment.REDIS_URL = redis;
        environment.FEATSTORE_REDIS_PREFIX = `test_${randomBytes(6).toString("hex")}`;
      }
    }
    const project = await createCliProject(environment);
    closers.push(project.remove);
    await project.write({ "featstore.config.yaml": config, "definitions/index.ts": songDefinitions() });
    const { folder } = project;
    const serving = await startServing({
      environment: {
        ...project.environment,
        PORT: String(port),
        FEATSTORE_REQUESTS_PER_SECOND: undefined,
        FEATSTORE_BURST: undefined,
      },
      folder,
    });
    closers.push(serving.close);
    await serving.deps.database.script(songTable);
    for (const line of [["apply"], ["materialize"]]) expect(await project.run(...line)).toMatchObject({ code: 0 });
    await serving.deps.registry.refresh();
    return {
      url,
      project,
      deps: serving.deps,
      /** Waits for a mail that contains a text, and returns the newest. */
      async mailTo(to: string, part: string): Promise<string> {
        const find = () => mailServer.mails.findLast((mail) => mail.to === to && mail.text.includes(part))?.text;
        await vi.waitFor(() => expect(find()).toBeDefined(), 60_000);
        return find() ?? "";
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export type SignUpServer = Awaited<ReturnType<typeof startSignUpServer>>;

/** Returns the link of a mail. */
export function linkIn(text: string): string {
  return /https?:\S+/.exec(text)?.[0] ?? "";
}

/** Mails and pages name the port, so it has to be known before the server listens. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
