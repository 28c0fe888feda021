import { randomBytes } from "node:crypto";
import { Cluster, type Redis } from "ioredis";
import { createRedisClient, type RedisClient } from "../../src/platform/redis-client";

/** A client with its own prefix. */
export interface OpenTestRedis {
  readonly client: RedisClient;
  readonly prefix: string;
  /** Removes all keys with the prefix and disconnects. */
  drop(): Promise<void>;
}

export interface TestRedis {
  readonly name: "redis" | "redis-cluster";
  /** For `describe.skipIf`: true if its service is missing and REQUIRE_SERVICES is not set. */
  readonly skip: boolean;
  open(): Promise<OpenTestRedis>;
}

/** Lists every Redis that tests run on. Call it at the top of a test file, not inside a test. */
export function testRedises(): readonly TestRedis[] {
  return [testRedis("redis", "TEST_REDIS_URL"), testRedis("redis-cluster", "TEST_REDIS_CLUSTER_URL")];
}

function testRedis(name: TestRedis["name"], variable: string): TestRedis {
  const url = process.env[variable];
  return {
    name,
    skip: url === undefined && process.env.REQUIRE_SERVICES !== "1",
    async open() {
      if (url === undefined) throw new Error(`${variable} is not set: bash scripts/services.sh start`);
      return openRedis(url);
    },
  };
}

export async function openRedis(url: string): Promise<OpenTestRedis> {
  const prefix = `test_${randomBytes(6).toString("hex")}`;
  const client = createRedisClient({ url, onFault: () => undefined });
  await connected(client);
  return {
    client,
    prefix,
    async drop() {
      for (const node of mastersOf(client)) {
        const keys = await node.keys(`${prefix}*`);
        for (const key of keys) await client.unlink(key);
      }
      client.disconnect();
    },
  };
}

export function mastersOf(client: RedisClient): readonly Redis[] {
  return client instanceof Cluster ? client.nodes("master") : [client];
}

/** Waits until the client accepts commands. */
export async function connected(client: RedisClient): Promise<void> {
  if (client.status === "ready") return;
  await new Promise<void>((resolve) => client.once("ready", () => resolve()));
}
