import type { Platform } from "../platform/index";
import { createReadStore } from "./read-store";
import { createUsageTracker, type UsageTracker } from "./usage-tracker";

/** Creates the tracker of what each API key reads. */
export function createUsage({ database, clock, logger, onClose }: Platform): UsageTracker {
  const tracker = createUsageTracker({
    store: createReadStore(database),
    clock,
    onFault: (error) => logger.warn({ err: error }, "the usage of API keys could not be written"),
  });
  onClose(() => tracker.close());
  return tracker;
}
