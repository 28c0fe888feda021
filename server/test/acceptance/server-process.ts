import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { SCOPES } from "../../src/core/scopes";
import type { Database } from "../../src/database/database";
import { onlySecret } from "../../src/keys/key-secrets";
import { createKeyStore } from "../../src/keys/key-store";
import { createKeyService } from "../../src/keys/keys";
import { bundleCommand } from "../helpers/bundle-child";

const SECRET = "0123456789abcdef0123456789abcdef";

/** `featstore serve` in its own process, as for users. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** Returns the log records so far. */
  log(): readonly Record<string, unknown>[];
  /** Reads a metric by name and labels: `featstore_workers{state="answered"}`. */
  metric(name: string): Promise<number>;
  /** Sends a signal, waits for the end and returns the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts it on a free port and waits until it listens. Errors: its output if it does not. */
export async function startServerProcess(
  folder: string,
  databaseUrl: string,
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const logFile = join(folder, "server.log");
  const child = spawn(process.execPath, [await bundleCommand(), "serve", "--port", "0", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
    env: {
      PATH: process.env.PATH,
      HOST: "127.0.0.1",
      DATABASE_URL: databaseUrl,
      FEATSTORE_KEY_SECRET: SECRET,
      FEATSTORE_LOG_FILE: logFile,
      ...environment,
    },
  });
  if (child.stdout === null) throw new Error("stdout is a pipe");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const said = JSON.parse(line) as { readonly url?: string; readonly port?: number };
  const { url, port } = said;
  if (url === undefined || port === undefined) throw Object.assign(new Error("it does not listen"), said);
  return {
    child,
    url,
    port,
    log: () =>
      readFileSync(logFile, "utf8")
        .trim()
        .split("\n")
        .map((record) => JSON.parse(record) as Record<string, unknown>),
    async metric(name) {
      const text = await (await fetch(`${url}/metrics`, { headers: { connection: "close" } })).text();
      const found = text.split("\n").find((each) => each.startsWith(`${name} `));
      return Number(found?.split(" ").at(-1));
    },
    async end(signal) {
      if (child.exitCode !== null) return child.exitCode;
      const exit = once(child, "exit");
      child.kill(signal);
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}

/** Creates a key that the process accepts. */
export async function createServerKey(database: Database): Promise<string> {
  const keys = createKeyService(createKeyStore(database), onlySecret(SECRET));
  return (await keys.create({ name: "test", scopes: SCOPES, tenant: null })).key;
}
