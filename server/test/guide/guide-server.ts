import { createServer } from "node:net";
import { join } from "node:path";
import type { Database } from "../../src/database/database";
import { startServing } from "../acceptance/serving";
import { type CliProject, createCliProject } from "../cli/cli";
import { runShellPage, type ShellPageOptions } from "./run-shell-page";

/** A project in which the commands and requests of a page run, with a server in this process. */
export interface GuideServer {
  readonly project: CliProject;
  readonly database: Database;
  readonly url: string;
  /** Runs a page of `docs/guide`. Its commands have the server at http://localhost:8080. */
  run(page: string, options?: Partial<ShellPageOptions>): Promise<readonly string[]>;
  /** Returns the id of the only organisation. */
  organisation(): Promise<string>;
  close(): Promise<void>;
}

/** Starts the server with settings, by variable, on the embedded database unless DATABASE_URL is one of them. */
export async function startGuideServer(settings: Readonly<Record<string, string>> = {}): Promise<GuideServer> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const environment: Record<string, string> = {
    FEATSTORE_LOG_LEVEL: "silent",
    FEATSTORE_SCHEDULER: "off",
    ...(settings.DATABASE_URL === undefined ? {} : { FEATSTORE_KEY_SECRET: "0123456789abcdef".repeat(2) }),
    ...(settings.FEATSTORE_AUTH === undefined ? {} : { FEATSTORE_AUTH_BASE_URL: url, FEATSTORE_AUTH_SIGNUP: "open" }),
    ...settings,
  };
  const project = await createCliProject(environment);
  const { folder } = project;
  const logFile = join(folder, "server.log");
  const serving = await startServing({
    environment: { ...environment, PORT: String(port), FEATSTORE_LOG_FILE: logFile },
    folder,
  });
  return {
    project,
    database: serving.deps.database,
    url,
    run: (page, options = {}) =>
      runShellPage(`docs/guide/${page}`, {
        folder,
        ...options,
        environment: { ...environment, ...options.environment },
        replace: { "http://localhost:8080": url, ...options.replace },
      }),
    async organisation() {
      const { document } = await project.json("organisations", "list");
      const { organisations } = document as { readonly organisations: readonly { readonly id: string }[] };
      return organisations[0]?.id ?? "";
    },
    async close() {
      await serving.close();
      await project.remove();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
