import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { allSettings } from "../../../server/src/core/settings";
import { type ServerProcess, startServer } from "../child-process";
import { featstoreCommand } from "../featstore-cli";
import { processorTimeOfAll } from "../processes";
import { freePort, HELD, servingEnvironment, untilHeld } from "../serving";
import { createHttpClient } from "./http-client";
import type { OnlineContext } from "./online-context";

const floors = join(import.meta.dirname, "../../floors");

/** A setup of Featstore; each runs in its own process. */
export type Setup = "memory" | "redis" | "redis, cached";

/** Returns true if this version of Featstore has the setting. */
export function hasSetting(variable: string): boolean {
  return allSettings.some((setting) => setting.variable === variable);
}

export interface FeatstoreOptions {
  readonly setup: Setup;
  /** Must succeed before measuring starts. */
  readonly path: string;
  readonly workers?: number;
  /** More settings. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the built server as in production and waits until every served view is loaded. */
export async function startFeatstore(context: OnlineContext, options: FeatstoreOptions): Promise<ServerProcess> {
  const { setup, path, workers = 1, environment = {} } = options;
  const port = await freePort();
  const folder = join(context.folder, `featstore-${port}`);
  mkdirSync(folder);
  const server = await startServer({
    command: featstoreCommand("serve"),
    environment: {
      ...servingEnvironment(context.database, folder, port),
      ...storeEnvironment(context, setup),
      ...(workers === 1 ? {} : { FEATSTORE_WORKERS: String(workers) }),
      ...environment,
    },
    origin: `http://127.0.0.1:${port}`,
    firstRequest: { path, headers: { authorization: `Bearer ${context.keys[0]}` } },
    logFile: join(folder, "server.log"),
  });
  try {
    await untilHeld(server);
    // Each connection may go to a different worker.
    for (let turn = 1; turn < workers * 4; turn++) await untilHeldBehindNewConnection(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...server, processorTime: () => processorTimeOfAll(server.pid) };
}

async function untilHeldBehindNewConnection({ origin }: ServerProcess): Promise<void> {
  for (;;) {
    const client = createHttpClient(origin);
    const health = await client.send({ method: "GET", path: "/health", headers: {}, body: "" });
    client.close();
    if (health.includes(HELD)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function storeEnvironment({ redis }: OnlineContext, setup: Setup): Readonly<Record<string, string>> {
  if (setup === "memory") return { REDIS_URL: "", FEATSTORE_ONLINE_STORE: "memory" };
  if (redis === null) throw new Error(`${setup}: there is no Redis`);
  const store = { REDIS_URL: redis.url, FEATSTORE_ONLINE_STORE: "redis" };
  return setup === "redis" ? { ...store, FEATSTORE_ONLINE_STORE_CACHE_MB: "0" } : store;
}

/** Starts a program of `floors/`; `path` must succeed before measuring starts. */
export async function startFloor(
  context: OnlineContext,
  program: "http/bare.mjs" | "online/node-http.mjs" | "online/hono-redis.mjs",
  file: string,
  path: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const port = await freePort();
  return startServer({
    command: [process.execPath, join(floors, program), file],
    environment: { ...environment, PORT: String(port), NODE_ENV: "production" },
    origin: `http://127.0.0.1:${port}`,
    firstRequest: { path, headers: {} },
    logFile: join(context.folder, `floor-${port}.log`),
  });
}
