import type { Platform } from "../platform/index";
import { createKeyAuthenticator } from "./key-authenticator";
import { createKeyStore } from "./key-store";
import { createKeyService } from "./keys";

/** Creates the service for API keys, and the authenticator of requests. `secret`: of the keys' digests. */
export async function createKeys({ database, logger, onClose }: Platform, secret: string) {
  const store = createKeyStore(database);
  const authenticator = await createKeyAuthenticator({
    store,
    hmacSecret: secret,
    monotonic: () => performance.now(),
    onFault: (error) => logger.warn({ err: error }, "notifications about API keys are not received"),
  });
  onClose(() => authenticator.close());
  return { keys: createKeyService(store, secret), authenticator };
}
