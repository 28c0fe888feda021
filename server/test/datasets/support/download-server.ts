import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { createGrants, FeatstoreError } from "../../../src/core/index";
import { type DatasetDownloadServices, downloadRoutes } from "../../../src/datasets/download/download-routes";
import { ApiExchange } from "../../../src/http/exchange/api-exchange";
import { type NodeIncoming, targetOf, WebSource } from "../../../src/http/exchange/request-source";
import { createAccessLog } from "../../../src/http/guard/access-log";
import { createAnonymousRequests } from "../../../src/http/guard/anonymous-requests";
import { createClientAddresses } from "../../../src/http/guard/client-address";
import { createFailedAttempts } from "../../../src/http/guard/failed-attempts";
import { guard, type KeyHolder } from "../../../src/http/index";
import { createAttemptLimits } from "../../../src/platform/attempt-limits";
import { operatorLimits } from "../../helpers/operator-limits";

/** A holder whose key text is `keyId`. */
export function sampleHolder(keyId: string, more: Partial<KeyHolder> & { readonly scopes?: readonly string[] } = {}) {
  const { scopes = ["datasets:read"], ...rest } = more;
  const limits = operatorLimits;
  const owner = { tenant: null, organisation: null, makerRole: null };
  return { keyId, lineId: keyId, grants: createGrants(scopes), ...owner, limits, ...rest };
}

export interface DownloadServerOptions {
  readonly holders: readonly KeyHolder[];
  readonly anonymousPerMinute?: number | null;
}

/** Listens with the routes of downloads. */
export async function startDownloadServer(
  services: DatasetDownloadServices,
  { holders, anonymousPerMinute = null }: DownloadServerOptions,
) {
  const internal: unknown[] = [];
  const quota = { exceeded: false };
  const limits = { "ratelimit-policy": "none", ratelimit: "none" };
  const options = {
    authenticator: {
      remembered: (text: string) => holders.find(({ keyId }) => keyId === text),
      authenticate: async () => {
        throw new FeatstoreError("key_unknown", "This key is unknown.");
      },
      close: async () => undefined,
    },
    limiter: {
      take: () => limits,
      requireDownload: () => {
        if (quota.exceeded) throw new FeatstoreError("quota_exceeded", "The bytes of the month are used up.");
      },
    },
    addresses: createClientAddresses([]),
    sessions: null,
    anonymous: anonymousPerMinute === null ? null : createAnonymousRequests(anonymousPerMinute),
    failedAttempts: createFailedAttempts(1000, createAttemptLimits({ store: null, onFault: () => undefined })),
    meter: { count: () => undefined },
    metrics: { observe: () => undefined },
    accessLog: createAccessLog(() => undefined),
    onFault: (error: unknown) => void internal.push(error),
  };
  const app = new Hono<{ Bindings: { incoming?: NodeIncoming } }>();
  for (const { contract, handler, scope, anonymous, downloads } of downloadRoutes) {
    const operation = { name: String(contract.operationId), route: contract.path, scope, sessions: false };
    const guarded = guard(
      options,
      {
        ...operation,
        anonymous: anonymous === true,
        downloads: downloads === true,
        readsQuery: contract.request?.query !== undefined,
      },
      handler(services),
    );
    app.on(contract.method.toUpperCase(), contract.path.replaceAll(/\{(\w+)\}/g, ":$1"), async (context) => {
      const { raw } = context.req;
      const source = new WebSource(raw, context.env.incoming, 65_536);
      const { body, status, headers } = await guarded(new ApiExchange(raw.method, targetOf(raw.url), source));
      return new Response(body, { status, headers });
    });
  }
  const server = createServer(getRequestListener(app.fetch, { autoCleanupIncoming: false }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    internal,
    quota,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
