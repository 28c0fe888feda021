import { connectionFault, type OutsideFault, type RedisConfig, settingLabel } from "../core/index";
import type { OutsidePart } from "./outside-part";
import { createRedisClient, redisAddresses } from "./redis-client";
import { tryTls } from "./tls-handshake";

const CONNECT_MS = 2500;

/** Redis as an outside part. Each check opens a connection of its own, so that it meets what a new server would. */
export function redisPart({ url }: Pick<RedisConfig, "url">): OutsidePart {
  return {
    name: "redis",
    setting: settingLabel("redis.url"),
    check: () => checkRedis(url.reveal()),
  };
}

async function checkRedis(url: string): Promise<OutsideFault | undefined> {
  const fault = await connectOnce(url);
  if (fault?.code !== "unreachable" || fault.cause === "ECONNREFUSED") return fault;
  const { isTls, addresses } = redisAddresses(url);
  const [first] = addresses;
  const handshake = first && (await tryTls(first));
  if (handshake === undefined) return fault;
  if (!isTls) return { code: "tls_required", cause: fault.cause };
  // A Cluster's client does not say why it could not connect to its nodes.
  return handshake.distrust === null ? fault : { code: "certificate_untrusted", cause: handshake.distrust };
}

/** Connects as the server does. Returns the fault of the first attempt. */
async function connectOnce(url: string): Promise<OutsideFault | undefined> {
  let end: (fault: OutsideFault | undefined) => void = () => undefined;
  const ended = new Promise<OutsideFault | undefined>((resolve) => {
    end = resolve;
  });
  const client = createRedisClient({ url, onFault: (error) => end(redisFault(error)) });
  const timer = setTimeout(() => end({ code: "unreachable", cause: "ETIMEDOUT" }), CONNECT_MS);
  client.once("ready", () => end(undefined));
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}

const LOGIN: ReadonlySet<string> = new Set(["WRONGPASS", "NOAUTH", "NOPERM"]);

/** Classifies an error of the client. A message of Redis may quote what was sent; its first word is a code. */
export function redisFault(error: Error): OutsideFault {
  const { lastNodeError } = error as Error & { readonly lastNodeError?: unknown };
  const inner = lastNodeError instanceof Error ? lastNodeError : error;
  const [, cause = "ERR"] = /^([A-Z]+) /.exec(inner.message) ?? [];
  if (inner.name !== "ReplyError") return connectionFault(inner);
  return { code: LOGIN.has(cause) ? "login_failed" : "refused", cause };
}
