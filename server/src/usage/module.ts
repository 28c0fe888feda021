import { pruneDaily } from "../database/index";
import type { Platform } from "../platform/index";
import { createUsageReports } from "./report-store";
import { createUsageMeter } from "./usage-meter";
import { registerUsageMetrics } from "./usage-metrics";
import { createUsageStore, type QuotaNotice } from "./usage-store";

/** Creates the meter of what API keys use, and the reports about it. `onNotice` is called once for each notice about a month's quota. */
export function createUsage(
  { config, database, clock, logger, metrics, materializes, onClose }: Platform,
  onNotice?: (notice: QuotaNotice) => void,
) {
  let isFailing = false;
  const counters = registerUsageMetrics(metrics, () => meter.unstored());
  const meter = createUsageMeter({
    store: createUsageStore(database),
    clock,
    flushMs: config.usage.flushMs,
    onNotice(notice) {
      logger.info({ ...notice }, "an organisation reached a part of a month's quota");
      onNotice?.(notice);
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
  return { meter, reports: createUsageReports(database), clock };
}
