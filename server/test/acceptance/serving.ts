import { loadConfig } from "../../src/core/config";
import type { Database } from "../../src/database/database";
import { createDeps, type Deps } from "../../src/deps";
import { serve } from "../../src/main";

/** An endpoint's answer. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A server like that of `featstore serve`, in this process on a free port. */
export interface Serving {
  readonly deps: Deps;
  readonly url: string;
  get(path: string, key: string): Promise<Answer>;
  post(path: string, key: string, body: unknown): Promise<Answer>;
  close(): Promise<void>;
}

export interface ServingOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Microseconds since 1970 UTC; the real one by default. */
  readonly clock?: () => number;
  /** An open database to use instead of the configured one. */
  readonly database?: Database;
}

/** Starts a server and waits until it serves the current registry. */
export async function startServing({ environment, folder, clock, database }: ServingOptions): Promise<Serving> {
  const env = {
    PORT: "0",
    HOST: "127.0.0.1",
    FEATSTORE_REQUESTS_PER_SECOND: "1000000",
    FEATSTORE_BURST: "1000000",
    ...environment,
  };
  const deps = await createDeps(loadConfig({ env, folder }), {
    ...(clock === undefined ? {} : { clock }),
    ...(database === undefined ? {} : { database }),
  });
  await deps.registry.refresh();
  const server = await serve(deps);
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${server.url}${path}`, init);
    const body: unknown = await response.json();
    return { status: response.status, body };
  };
  return {
    deps,
    url: server.url,
    get: (path, key) => ask(path, { headers: { authorization: `Bearer ${key}` } }),
    post: (path, key, body) =>
      ask(path, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    async close() {
      await server.close();
      await deps.close();
    },
  };
}

/** Runs a request for every item, eight at a time; results are in the items' order. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += 8) {
    results.push(...(await Promise.all(items.slice(from, from + 8).map(ask))));
  }
  return results;
}
