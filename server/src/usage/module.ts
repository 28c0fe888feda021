import { pruneDaily } from "../database/index";
import type { Platform } from "../platform/index";
import type { UsageReading } from "./read-usage.route";
import { createUsageReports } from "./report-store";
import { createUsageMeter } from "./usage-meter";
import { registerUsageMetrics } from "./usage-metrics";
import { createUsageStore, type QuotaNotice } from "./usage-store";

export interface UsageOptions {
  /** Reads what an organisation may do. */
  readonly tierOf: UsageReading["tierOf"];
  /** Called once for each notice about a month's quota, over all servers. */
  readonly onNotice?: ((notice: QuotaNotice) => Promise<void>) | undefined;
}

/** Creates the meter of what API keys use, and the reports about it. */
export function createUsage(platform: Platform, { tierOf, onNotice }: UsageOptions) {
  const { config, database, clock, logger, metrics, materializes, onClose } = platform;
  let isFailing = false;
  const counters = registerUsageMetrics(metrics, () => meter.unstored());
  const meter = createUsageMeter({
    store: createUsageStore(database),
    clock,
    flushMs: config.usage.flushMs,
    onNotice(notice) {
      logger.info({ ...notice }, "an organisation reached a part of a month's quota");
      onNotice?.(notice).catch((error: unknown) =>
        logger.warn({ err: error }, "the owners of an organisation could not be notified of its quota"),
      );
    },
    onFault(error) {
      counters.failed();
      // The counts wait, and every attempt would log the same.
      if (!isFailing) logger.warn({ err: error }, "usage could not be stored; it is tried again");
      isFailing = true;
    },
    onStored() {
      if (isFailing) logger.info({}, "usage is stored again");
      isFailing = false;
    },
  });
  onClose(() => meter.close());
  if (materializes) {
    onClose(
      pruneDaily(database, {
        prune: "prune_usage",
        keptDays: config.usage.keptDays,
        onFault: (error) => logger.warn({ err: error }, "old usage by day could not be deleted"),
      }),
    );
  }
  return { meter, reports: createUsageReports(database), tierOf, clock };
}
