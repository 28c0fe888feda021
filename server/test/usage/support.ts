import { createGrants } from "../../src/core/scopes";
import type { Database } from "../../src/database/database";
import { ApiExchange } from "../../src/http/exchange/api-exchange";
import type { RequestSource } from "../../src/http/exchange/request-source";
import type { KeyHolder } from "../../src/http/guard/principal";
import { createUsageMeter, type UsageMeter } from "../../src/usage/usage-meter";
import type { QuotaNotice, UsageStore } from "../../src/usage/usage-store";
import { createUsageStore } from "../../src/usage/usage-store";
import { operatorLimits } from "../helpers/operator-limits";

export const ORGANISATION = "org_aaaaaaaaaaaaaaaa";
export const OTHER = "org_bbbbbbbbbbbbbbbb";

/** 2026-01-31 at noon, microseconds. */
export const NOON = Date.UTC(2026, 0, 31, 12) * 1000;
export const DAY = 86_400_000_000;

export interface HolderOptions {
  readonly keyId: string;
  readonly lineId?: string;
  readonly organisation?: string | null;
  readonly month?: { readonly requests?: number; readonly rows?: number; readonly bytes?: number };
}

/** Creates the holder of a key, by default of `ORGANISATION`, without quotas. */
export function holderOf({ keyId, lineId = keyId, organisation = ORGANISATION, month = {} }: HolderOptions): KeyHolder {
  const quotas = { requests: null, rows: null, bytes: null, ...month };
  return {
    ...{ keyId, lineId, organisation, tenant: null, makerRole: null, grants: createGrants(["features:read"]) },
    limits: {
      ...operatorLimits,
      organisation: organisation === null ? null : { rate: operatorLimits.rate, month: quotas },
    },
  };
}

const source: RequestSource = {
  header: () => undefined,
  body: async () => "",
  async *bytes() {},
  gone: new AbortController().signal,
  address: "",
};

/** Counts a finished request. */
export function finish(
  meter: UsageMeter,
  principal: KeyHolder,
  operation: string,
  { status = 200, rows = 1, milliseconds = 1 } = {},
): void {
  const exchange = new ApiExchange("GET", "/", source);
  exchange.principal = principal;
  exchange.rows = rows;
  meter.count(exchange, operation, status, milliseconds);
}

/** Opens a meter that flushes only on request. */
export function openMeter(store: UsageStore | Database, clock: () => number = () => NOON) {
  const faults: unknown[] = [];
  const notices: QuotaNotice[] = [];
  const meter = createUsageMeter({
    store: "query" in store ? createUsageStore(store) : store,
    clock,
    flushMs: 2_000_000_000,
    onFault: (error) => faults.push(error),
    onNotice: (notice) => notices.push(notice),
  });
  return { meter, faults, notices };
}

/** Creates organisations and keys without secrets that anybody knows. */
export async function addKeys(database: Database, keys: readonly KeyHolder[]): Promise<void> {
  const organisations = [...new Set(keys.flatMap(({ organisation }) => organisation ?? []))];
  for (const id of organisations)
    await database.query({
      text: "insert into featstore.organisations (id, name, tier) values ($1::text, $2::text, 'free') on conflict do nothing",
      parameters: [id, `Organisation ${id.slice(4, 5)}`],
    });
  for (const { keyId, organisation } of keys)
    await database.query({
      text: `insert into featstore.api_keys (id, name, digest, scopes, organisation_id)
        values ($1::text, $2::text, repeat('0', 64), '{features:read}', $3::text)`,
      parameters: [keyId, `key ${keyId.slice(0, 1)}`, organisation],
    });
}
