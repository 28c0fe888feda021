import type { KeyStore } from "./key-store";
import { type KeyRecord, recordOf, stateOf } from "./stored-key";

const DAY_MICROS = 86_400_000_000n;
const HOUR_MS = 3_600_000;

/** Returns when a key is due for rotation; null: never, or it needs none because it was replaced or does not work. */
export function rotateBy(key: KeyRecord, maxAgeDays: number | null): bigint | null {
  if (maxAgeDays === null || key.replacedBy !== null || stateOf(key) !== "active") return null;
  return key.createdAt + BigInt(maxAgeDays) * DAY_MICROS;
}

/** Returns the keys whose rotation is due. `now`: microseconds since 1970 UTC. */
export function dueForRotation(
  keys: readonly KeyRecord[],
  maxAgeDays: number | null,
  now: bigint,
): readonly KeyRecord[] {
  return keys.filter((key) => {
    const due = rotateBy(key, maxAgeDays);
    return due !== null && due <= now;
  });
}

/** Tells the owner of a key that it is due for rotation; false if there is nobody to tell but the operator. */
export type NotifyOwner = (key: KeyRecord) => Promise<boolean>;

export interface RotationRemindersOptions {
  readonly store: Pick<KeyStore, "claimReminders">;
  readonly maxAgeDays: number;
  readonly notifyOwner: NotifyOwner;
  readonly onFault: (error: unknown) => void;
}

/** Reminds owners of old keys in the background, once in 30 days for each key, however many servers there are. */
export function createRotationReminders({ store, maxAgeDays, notifyOwner, onFault }: RotationRemindersOptions) {
  const remind = async (): Promise<void> => {
    try {
      for (const key of await store.claimReminders(maxAgeDays)) await notifyOwner(recordOf(key)).catch(onFault);
    } catch (error) {
      onFault(error);
    }
  };
  const timer = setInterval(() => void remind(), HOUR_MS);
  timer.unref();
  return { remind, close: async () => clearInterval(timer) };
}
