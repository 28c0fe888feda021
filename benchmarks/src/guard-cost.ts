import { setImmediate as turn } from "node:timers/promises";
import { createLogger } from "../../server/src/core/logger";
import { createPostgresDatabase } from "../../server/src/database/postgres-database";
import { ApiExchange } from "../../server/src/http/exchange/api-exchange";
import type { RequestSource } from "../../server/src/http/exchange/request-source";
import { createClientAddresses } from "../../server/src/http/guard/client-address";
import { createFailedAttempts } from "../../server/src/http/guard/failed-attempts";
import { type Guarded, type GuardOptions, guard } from "../../server/src/http/guard/guard";
import type { RequestLimiter } from "../../server/src/http/guard/request-limiter";
import { createKeyAuthenticator } from "../../server/src/keys/key-authenticator";
import { onlySecret } from "../../server/src/keys/key-secrets";
import { createKeyStore } from "../../server/src/keys/key-store";
import { openTokenBuckets } from "../../server/src/limits/open-token-buckets";
import { createRequestLimiter } from "../../server/src/limits/request-limiter";
import { createAttemptLimits } from "../../server/src/platform/attempt-limits";
import type { Figure } from "./figure";
import { measurement, ratioOf } from "./measurement";
import type { Options } from "./options";
import type { ReferenceDatabase } from "./reference-database";
import { createKeys } from "./serving";

const RATE = { perSecond: 1_000_000, burst: 10_000_000 };
const UNLIMITED = { requests: null, rows: null, bytes: null };
/** Requests without a pause; then the process may read from Redis. */
const AT_ONCE = 100;

/**
 * Measures what the key check and the limits add to a request: the guard around a handler with a constant response, with
 * a key, against the same guard without one. The keys have an organisation, so two buckets are decided.
 */
export async function measureGuard(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  const keys = await createKeys(database, options.keys);
  const connection = createPostgresDatabase({ url: database.url });
  const logger = createLogger({ level: "silent", file: null });
  const closers: (() => void | Promise<void>)[] = [() => connection.close()];
  try {
    const authenticator = await createKeyAuthenticator({
      store: createKeyStore(connection),
      secrets: onlySecret(database.environment.FEATSTORE_KEY_SECRET ?? ""),
      tiers: { default: "free", levels: {} },
      monotonic: () => performance.now(),
      operatorLimits: {
        rate: RATE,
        month: UNLIMITED,
        organisation: { rate: RATE, month: UNLIMITED },
        ...{ excess: "refuse", exports: 1, batchIds: 1000, searchHits: 100 },
      },
    });
    closers.push(() => authenticator.close());
    const figures: Figure[] = [];
    for (const redis of [null, ...(options.redis === null ? [] : [options.redis])]) {
      const where = redis === null ? "in the process" : "in Redis";
      report(`guard: key check and limits, buckets ${where}`);
      const secret = redis === null ? null : { url: { reveal: () => redis }, prefix: "bench" };
      const opened = openTokenBuckets({ redis: secret, limits: { servers: 1 } }, logger);
      closers.push(opened.close);
      const limiter = createRequestLimiter({
        ...{ buckets: opened.buckets, takingAhead: opened.isLocal ? 0 : 1, clock: () => Date.now() * 1000 },
      });
      figures.push(await figureOf(where, guards(authenticator, limiter), keys, options));
    }
    return figures;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

interface Guards {
  readonly ours: Guarded;
  readonly floor: Guarded;
}

function guards(authenticator: GuardOptions["authenticator"], limiter: RequestLimiter): Guards {
  const shared: GuardOptions = {
    authenticator,
    sessions: null,
    limiter,
    meter: { count: () => undefined },
    failedAttempts: createFailedAttempts(1000, createAttemptLimits({ store: null, onFault: () => undefined })),
    addresses: createClientAddresses([]),
    metrics: { observe: () => undefined },
    accessLog: () => undefined,
    onFault: () => undefined,
  };
  const route = { name: "constant", route: "/constant", sessions: false, readsQuery: true };
  return {
    ours: guard(shared, { ...route, scope: "features:read" }, () => "{}"),
    floor: guard(shared, { ...route, scope: null }, () => "{}"),
  };
}

async function figureOf(
  where: string,
  { ours, floor }: Guards,
  keys: readonly string[],
  options: Options,
): Promise<Figure> {
  const requests = options.quick ? 2_000 : 400_000;
  const rounds = { ours: [] as number[], floor: [] as number[] };
  await drive(ours, keys, requests / 4);
  await drive(floor, keys, requests / 4);
  for (let round = 0; round < options.rounds; round++) {
    rounds.floor.push(await drive(floor, keys, requests));
    rounds.ours.push(await drive(ours, keys, requests));
  }
  const [measured, floored] = [measurement(rounds.ours), measurement(rounds.floor)];
  return {
    name: `key check and limits, buckets ${where}`,
    unit: "µs",
    ours: measured,
    floorName: "the guard without a key",
    floor: floored,
    ratio: ratioOf(measured, floored),
    bar: null,
    notes: { "added, µs": measured.median - floored.median },
  };
}

/** Returns the microseconds per request. Every key makes a block of requests in turn, as busy clients do. */
async function drive(guarded: Guarded, keys: readonly string[], requests: number): Promise<number> {
  let milliseconds = 0;
  for (let sent = 0; sent < requests; sent += AT_ONCE) {
    const source = sourceOf(keys[(sent / AT_ONCE) % Math.min(keys.length, 20)] ?? "");
    const begun = performance.now();
    for (let count = 0; count < AT_ONCE; count++) {
      const answer = guarded(new ApiExchange("GET", "/constant", source));
      const { status } = answer instanceof Promise ? await answer : answer;
      if (status !== 200) throw new Error(`the guard answered ${status}`);
    }
    milliseconds += performance.now() - begun;
    await turn();
  }
  return (milliseconds * 1000) / requests;
}

function sourceOf(key: string): RequestSource {
  const headers: Readonly<Record<string, string>> = { "x-api-key": key };
  return {
    header: (name) => headers[name],
    body: async () => "",
    async *bytes() {},
    gone: new AbortController().signal,
    address: "192.0.2.1",
  };
}
