import { Cluster, Redis, type RedisOptions } from "ioredis";

/** A client of one Redis server or of a Redis Cluster. */
export type RedisClient = Redis | Cluster;

export interface RedisClientOptions {
  /** `redis://` or `rediss://` for a server; `redis+cluster://host:port,host:port` or `rediss+cluster://` for a Cluster. */
  readonly url: string;
  /** Told of failed connections, each time. The error says no password. */
  readonly onFault: (error: Error) => void;
  /** Silence for so long while an answer is awaited is taken for a dead connection, milliseconds. Default 2,000. */
  readonly silenceMs?: number;
}

const CONNECT_MS = 2000;
const MAX_PAUSE_MS = 1000;
const CLUSTER = /^(rediss?)\+cluster:\/\/(.*)$/;

/**
 * Connects in the background, and again whenever the connection is lost. Commands fail at once while there is none:
 * those who wait have another tier to ask.
 *
 * @example
 * const client = createRedisClient({ url: "redis://127.0.0.1:6379", onFault: (error) => log(error.message) });
 */
export function createRedisClient({ url, onFault, silenceMs = 2000 }: RedisClientOptions): RedisClient {
  const pause = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 6), MAX_PAUSE_MS);
  const options: RedisOptions = {
    connectTimeout: CONNECT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // What was sent to a lost connection may have been carried out: it is for the caller to ask again.
    autoResendUnfulfilledCommands: false,
    socketTimeout: silenceMs,
    retryStrategy: pause,
  };
  const [, scheme, rest] = CLUSTER.exec(url) ?? [];
  const client = rest === undefined ? single(url, options) : cluster(`${scheme}://`, rest, options, pause);
  client.on("error", onFault);
  return client;
}

function single(url: string, options: RedisOptions): Redis {
  return new Redis(url, options);
}

function cluster(
  scheme: string,
  rest: string,
  options: RedisOptions,
  clusterRetryStrategy: (attempt: number) => number,
): Cluster {
  const [authority = ""] = rest.split("/");
  const at = authority.lastIndexOf("@");
  const credentials = at === -1 ? "" : authority.slice(0, at + 1);
  const urls = authority
    .slice(at + 1)
    .split(",")
    .map((host) => new URL(`${scheme}${credentials}${host}`));
  const [first] = urls;
  const { enableOfflineQueue, retryStrategy: _, maxRetriesPerRequest: __, ...ofNodes } = options;
  return new Cluster(
    urls.map(({ hostname, port }) => ({ host: hostname, port: Number(port === "" ? 6379 : port) })),
    {
      enableOfflineQueue: enableOfflineQueue ?? false,
      clusterRetryStrategy,
      // A slot that moves is asked for where it is now; a node that is gone is looked for a few times.
      maxRedirections: 8,
      retryDelayOnFailover: 50,
      slotsRefreshTimeout: CONNECT_MS,
      slotsRefreshInterval: 10_000,
      redisOptions: {
        ...ofNodes,
        ...(first?.username ? { username: decodeURIComponent(first.username) } : {}),
        ...(first?.password ? { password: decodeURIComponent(first.password) } : {}),
        ...(scheme.startsWith("rediss") ? { tls: {} } : {}),
      },
    },
  );
}
