import { Redis } from "ioredis";

/** A claimed Redis database, one of the server's sixteen. */
export interface RedisDatabase {
  readonly url: string;
  readonly client: Redis;
  /** `redis 7.0.15`. */
  readonly version: string;
  /** Empties it and closes the client. */
  drop(): Promise<void>;
}

const DATABASES = 16;

/** Claims the last empty database, so that no data is lost. Errors: none is empty, or Redis does not answer. */
export async function claimRedisDatabase(address: string): Promise<RedisDatabase> {
  for (let number = DATABASES - 1; number > 0; number--) {
    const url = new URL(address);
    url.pathname = `/${number}`;
    const client = new Redis(url.href, { lazyConnect: true, maxRetriesPerRequest: 1 });
    await client.connect();
    if ((await client.dbsize()) === 0) {
      const [, version = "of an unknown version"] = /redis_version:(\S+)/.exec(await client.info("server")) ?? [];
      // Mark it at once, so that another benchmark does not take it.
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
