import { createGrants } from "../../server/src/core/scopes";
import { ApiExchange } from "../../server/src/http/exchange/api-exchange";
import type { RequestSource } from "../../server/src/http/exchange/request-source";
import type { KeyHolder } from "../../server/src/http/guard/principal";
import { createUsageMeter } from "../../server/src/usage/usage-meter";
import type { Figure } from "./figure";
import { measurement, ratioOf } from "./measurement";
import type { Options } from "./options";

const REQUESTS = 2_000_000;
const VIEWS = [{ registered: { view: { name: "track_profile", version: 1 } } }];

/**
 * Measures the part of a request's time that metering takes, in this process: the totals of the month for the quota, the
 * read's views and the request's counts, with keys in rotation. The floor calls functions that do nothing.
 */
export async function measureRequestCost(options: Options, report: (line: string) => void): Promise<readonly Figure[]> {
  const count = options.quick ? REQUESTS / 100 : REQUESTS;
  const exchanges = Array.from({ length: options.keys }, (_, index) => exchangeOf(index));
  const meter = createUsageMeter({
    store: {
      record: async ({ holders }) => ({
        totals: holders.map((holder) => ({ holder, requests: 0, rows: 0, bytes: 0 })),
        notices: [],
      }),
    },
    clock: () => Date.now() * 1000,
    flushMs: 5000,
    onFault: (error) => report(String(error)),
  });
  const empty: Metered = { of: () => undefined, record: () => undefined, count: () => undefined };
  const rounds = { ours: [] as number[], floor: [] as number[] };
  for (const metered of [meter, empty]) microseconds(metered, exchanges, count);
  await meter.flush();
  for (let round = 0; round < options.rounds; round++) {
    report(`request-cost: round ${round + 1} of ${options.rounds}`);
    rounds.ours.push(microseconds(meter, exchanges, count));
    rounds.floor.push(microseconds(empty, exchanges, count));
    await meter.flush();
  }
  await meter.close();
  const [ours, floor] = [measurement(rounds.ours), measurement(rounds.floor)];
  const figure = {
    name: "metering of one request",
    unit: "µs",
    ...{ ours, floorName: "empty functions", floor, ratio: ratioOf(ours, floor), bar: null },
    notes: { requests: count, keys: options.keys },
  } as const;
  return [figure];
}

type Metered = Pick<ReturnType<typeof createUsageMeter>, "of" | "record" | "count">;

/** Microseconds of each request. */
function microseconds(meter: Metered, exchanges: readonly ApiExchange[], count: number): number {
  const begun = performance.now();
  for (let request = 0; request < count; request++) {
    const exchange = exchanges[request % exchanges.length];
    const holder = exchange?.principal;
    if (exchange === undefined || holder == null) continue;
    meter.of(holder);
    meter.record(holder.keyId, VIEWS, 1);
    meter.count(exchange, "readFeatures", 200, 0.15);
  }
  return ((performance.now() - begun) * 1000) / count;
}

const source: RequestSource = {
  header: () => undefined,
  body: async () => "",
  async *bytes() {},
  gone: new AbortController().signal,
  address: "",
};

function exchangeOf(index: number): ApiExchange {
  const rate = { perSecond: 1_000_000, burst: 1_000_000 };
  const month = { requests: 1e12, rows: 1e12, bytes: 1e12 };
  const keyId = `key${index}`;
  const principal: KeyHolder = {
    ...{ keyId, lineId: keyId, tenant: null, makerRole: null, organisation: `org${index % 10}` },
    grants: createGrants(["features:read"]),
    limits: {
      ...{ rate, month, organisation: { rate, month } },
      ...{ excess: "refuse", exports: 1, batchIds: 1000, searchHits: 100 },
    },
  };
  const exchange = new ApiExchange("GET", "/", source);
  exchange.principal = principal;
  exchange.rows = 1;
  return exchange;
}
