import type { Platform } from "../platform/index";
import { createKeyAuthenticator } from "./key-authenticator";
import { createKeyStore } from "./key-store";
import { createKeyService } from "./keys";

/** Creates the service for API keys, and the authenticator of requests. `secret`: of the keys' digests. */
export async function createKeys({ config, database, logger, onClose }: Platform, secret: string) {
  const store = createKeyStore(database);
  const authenticator = await createKeyAuthenticator({
    store,
    hmacSecret: secret,
    operatorLimits: {
      rate: config.limits.rate,
      month: { requests: null, rows: null, bytes: null },
      organisation: null,
      excess: "refuse",
      exports: config.trainingSets.maxWaitingPerTenant,
      batchIds: config.limits.batchIds,
      searchHits: Number.MAX_SAFE_INTEGER,
    },
    monotonic: () => performance.now(),
    onFault: (error) => logger.warn({ err: error }, "notifications about API keys are not received"),
  });
  onClose(() => authenticator.close());
  return { keys: createKeyService(store, secret), authenticator };
}
