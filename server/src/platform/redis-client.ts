import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { Address } from "./tls-handshake";

/** A client of one Redis server or of a Redis Cluster. */
export type RedisClient = Redis | Cluster;

export interface RedisClientOptions {
  /** `redis://` or `rediss://` for a server; `redis+cluster://host:port,host:port` or `rediss+cluster://` for a Cluster. */
  readonly url: string;
  /** Called for each failed connection. The error contains no password. */
  readonly onFault: (error: Error) => void;
  /** Milliseconds without a response after which a connection counts as dead. Default 2,000. */
  readonly silenceMs?: number;
  /** Milliseconds after which a command without a response fails. By default it fails when its connection does. */
  readonly commandMs?: number;
}

const CONNECT_MS = 2000;
const MAX_PAUSE_MS = 1000;
const CLUSTER = /^(rediss?)\+cluster:\/\/(.*)$/;

/**
 * Connects in the background and reconnects when the connection is lost. Commands fail at once without a connection, since
 * reads have another tier.
 *
 * @example
 * const client = createRedisClient({ url: "redis://127.0.0.1:6379", onFault: (error) => log(error.message) });
 */
export function createRedisClient({ url, onFault, silenceMs = 2000, commandMs }: RedisClientOptions): RedisClient {
  const pause = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 6), MAX_PAUSE_MS);
  const options: RedisOptions = {
    connectTimeout: CONNECT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // A command on a lost connection may have been executed: the caller decides whether to retry.
    autoResendUnfulfilledCommands: false,
    socketTimeout: silenceMs,
    ...(commandMs === undefined ? {} : { commandTimeout: commandMs }),
    retryStrategy: pause,
  };
  const [, scheme, rest] = CLUSTER.exec(url) ?? [];
  const client = rest === undefined ? single(url, options) : cluster(`${scheme}://`, rest, options, pause);
  client.on("error", onFault);
  return client;
}

/**
 * Sends the commands of this turn of the event loop in one write for each connection. By default each command is a write
 * of its own, which costs more than the rest of the command.
 */
export function gatherWrites(client: RedisClient): void {
  const connections = client instanceof Cluster ? client.nodes() : [client];
  for (const { stream } of connections) {
    if (stream?.writable !== true) continue;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }
}

function single(url: string, options: RedisOptions): Redis {
  return new Redis(url, options);
}

/** Where the servers of a url listen, and whether it asks for TLS. */
export function redisAddresses(url: string): { readonly isTls: boolean; readonly addresses: readonly Address[] } {
  const [, scheme, rest] = CLUSTER.exec(url) ?? [];
  const urls = rest === undefined ? [new URL(url)] : nodeUrls(`${scheme}://`, rest);
  return { isTls: url.startsWith("rediss"), addresses: urls.map(addressOf) };
}

/** Returns the url of each node, with the credentials. */
function nodeUrls(scheme: string, rest: string): readonly URL[] {
  const [authority = ""] = rest.split("/");
  const at = authority.lastIndexOf("@");
  const credentials = at === -1 ? "" : authority.slice(0, at + 1);
  return authority
    .slice(at + 1)
    .split(",")
    .map((host) => new URL(`${scheme}${credentials}${host}`));
}

const addressOf = ({ hostname, port }: URL): Address => ({ host: hostname, port: Number(port === "" ? 6379 : port) });

function cluster(
  scheme: string,
  rest: string,
  options: RedisOptions,
  clusterRetryStrategy: (attempt: number) => number,
): Cluster {
  const urls = nodeUrls(scheme, rest);
  const [first] = urls;
  const { enableOfflineQueue, retryStrategy: _, maxRetriesPerRequest: __, ...ofNodes } = options;
  return new Cluster(urls.map(addressOf), {
    enableOfflineQueue: enableOfflineQueue ?? false,
    clusterRetryStrategy,
    // Follows moved slots and retries a lost node a few times.
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
  });
}
