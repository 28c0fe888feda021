import { FeatstoreError } from "../core/index";
import type { Platform } from "../platform/index";
import { createKeyAuthenticator } from "./key-authenticator";
import { operatorLimits } from "./key-limits";
import type { KeySecrets } from "./key-secrets";
import { createKeyStore } from "./key-store";
import { createKeyUses } from "./key-uses";
import { createKeyService, type KeyService } from "./keys";
import { createOrganisationTier } from "./organisation-tier";
import { createRotationReminders, type NotifyOwner } from "./rotation-policy";

export interface KeysOptions {
  readonly secrets: KeySecrets;
  /** Keys whose owners it cannot tell are noted in the log; default: all. */
  readonly notifyOwner?: NotifyOwner | undefined;
}

/** Creates the service for API keys, and the authenticator of requests. */
export async function createKeys(platform: Platform, options: KeysOptions) {
  const { config, database, logger, clock, materializes, onClose } = platform;
  const { secrets } = options;
  const store = createKeyStore(database);
  const monotonic = () => performance.now();
  const limits = operatorLimits(config);
  // A role that only reads cannot note uses.
  const uses = materializes
    ? createKeyUses({
        store,
        monotonic,
        onFault: (error) => logger.warn({ err: error }, "the uses of API keys could not be written"),
      })
    : undefined;
  if (uses !== undefined) onClose(() => uses.close());
  const reported = new Set<string | null>();
  const reportOther = (name: string | null, keys?: number): void => {
    if (reported.has(name)) return;
    reported.add(name);
    const fields = { secret: name ?? "key_secret", ...(keys === undefined ? {} : { keys }) };
    logger.warn(fields, "API keys are refused because they were made with another secret than the configured one");
  };
  const authenticator = await createKeyAuthenticator({
    store,
    secrets,
    operatorLimits: limits,
    tiers: config.tiers,
    monotonic,
    ...(uses === undefined ? {} : { uses }),
    onFault: (error) => logger.warn({ err: error }, "notifications about API keys are not received"),
    onUnknownTier: (tier) =>
      logger.warn({ tier, used: config.tiers.default }, "the tier of an organisation is not configured"),
    onUnknownSecret: (name) =>
      logger.warn({ secret: name ?? "key_secret" }, "API keys are refused because their secret is not configured"),
    onOtherSecret: reportOther,
  });
  onClose(() => authenticator.close());
  const { maxAgeDays } = config.keys;
  if (maxAgeDays !== null && materializes) {
    const notifyOwner: NotifyOwner = async (key) => {
      const isTold = (await options.notifyOwner?.(key)) ?? false;
      if (!isTold) logger.warn({ key: key.id, name: key.name }, "the API key is due for rotation");
      return isTold;
    };
    const onFault = (error: unknown) => logger.warn({ err: error }, "an owner could not be reminded to rotate a key");
    const reminders = createRotationReminders({ store, maxAgeDays, notifyOwner, onFault });
    void reminders.remind();
    onClose(() => reminders.close());
  }
  const organisationTier = createOrganisationTier(store, config.tiers);
  const service = createKeyService(store, secrets, { organisationTier, operatorLimits: limits, clock });
  for (const { name, keysOfAnother } of await service.secretUses())
    if (keysOfAnother > 0) reportOther(name, keysOfAnother);
  const keys = materializes ? service : readOnlyKeys(service);
  return { keys, keyRoutes: { keys, maxAgeDays }, authenticator, organisationTier };
}

/** Allows reads of keys only; other calls throw `store_unavailable`. */
function readOnlyKeys(keys: KeyService): KeyService {
  const refuse = async (): Promise<never> => {
    throw new FeatstoreError(
      "store_unavailable",
      "This server's database role may only read: send the request to a server whose role may write.",
    );
  };
  return { ...keys, create: refuse, change: refuse, rotate: refuse, revoke: refuse };
}
