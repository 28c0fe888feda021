import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";

/** A Redis server of one test, which may stop, freeze and kill it. */
export interface RedisProcess {
  readonly port: number;
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  /** Sends a command of the test. */
  command(...words: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** True if tests with such servers are skipped, like those that need TEST_REDIS_URL. */
export const withoutRedisServers = process.env.TEST_REDIS_URL === undefined && process.env.REQUIRE_SERVICES !== "1";

export async function spawnRedis(options: readonly string[] = []): Promise<RedisProcess> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "featstore-redis-"));
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const words = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no", "--dir", folder];
    child = spawn("redis-server", [...words, ...options], { stdio: "ignore" });
    await until(async () => (await command("ping")) === "PONG");
  };
  const command = async (...words: readonly string[]): Promise<unknown> => {
    const [name = "ping", ...rest] = words;
    const client = new Redis(port, "127.0.0.1", { retryStrategy: () => null, lazyConnect: true });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return await client.call(name, ...rest);
    } finally {
      client.disconnect();
    }
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  await start();
  return {
    port,
    signal: (name) => child?.kill(name),
    kill,
    start,
    command,
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts three masters with one replica each. */
export async function spawnRedisCluster(): Promise<{
  readonly url: string;
  readonly nodes: readonly RedisProcess[];
  close(): Promise<void>;
}> {
  const nodes = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const bus = await freePort();
      const options = ["--cluster-enabled", "yes", "--cluster-port", String(bus), "--cluster-node-timeout", "1000"];
      return spawnRedis([...options, "--cluster-config-file", "nodes.conf", "--repl-diskless-sync-delay", "0"]);
    }),
  );
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const words = ["--cluster", "create", ...hosts, "--cluster-replicas", "1", "--cluster-yes"];
  const [code] = await once(spawn("redis-cli", words, { stdio: "ignore" }), "exit");
  if (code !== 0) throw new Error("redis-cli could not form a Cluster");
  const isWhole = async ({ command }: RedisProcess): Promise<boolean> =>
    String(await command("cluster", "info")).includes("cluster_state:ok") &&
    String(await command("cluster", "nodes")).split("slave").length === 4;
  for (const node of nodes) await until(() => isWhole(node));
  return {
    url: `redis+cluster://${hosts.join(",")}`,
    nodes,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

/** Polls until the condition holds; an error counts as false. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds().catch(() => false))) await pause(20);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
