import { Redis } from "ioredis";

/** A Redis database of our own among the sixteen of a server. */
export interface RedisDatabase {
  readonly url: string;
  readonly client: Redis;
  /** `redis 7.0.15`. */
  readonly version: string;
  /** Empties it and closes the client. */
  drop(): Promise<void>;
}

const DATABASES = 16;

/** Takes the last empty database, so that nobody's data is flushed. Errors: none is empty, or Redis does not answer. */
export async function claimRedisDatabase(address: string): Promise<RedisDatabase> {
  for (let number = DATABASES - 1; number > 0; number--) {
    const url = new URL(address);
    url.pathname = `/${number}`;
    const client = new Redis(url.href, { lazyConnect: true, maxRetriesPerRequest: 1 });
    await client.connect();
    if ((await client.dbsize()) === 0) {
      const [, version = "of an unknown version"] = /redis_version:(\S+)/.exec(await client.info("server")) ?? [];
      // Taken at once: another benchmark's run would find it empty too.
      await client.set("featstore-benchmark", process.pid);
      const drop = async () => {
        await client.flushdb();
        await client.quit();
      };
      return { url: url.href, client, version: `redis ${version}`, drop };
    }
    await client.quit();
  }
  throw new Error(`None of the databases 1 to ${DATABASES - 1} of ${new URL(address).host} is empty`);
}
