import type { Platform } from "../platform/index";
import type { FailedView } from "../quality/index";
import { type Serving, servedViews } from "../serving/index";
import { createHealthService, type HealthService } from "./health";
import { createOutsideChecks } from "./outside-checks";
import { outsidePartsOf } from "./outside-parts";

/** Creates the service for health and readiness. */
export function createHealth(
  { config, clock, materializes }: Platform,
  { registry, onlineStore }: Serving,
  failedViews: () => Promise<readonly FailedView[]>,
): HealthService {
  return createHealthService({
    registry,
    failedViews,
    holdsAll: () =>
      servedViews(registry.current().snapshot).every(
        ({ served }) => served === null || onlineStore.holds?.(served.table) === true,
      ),
    outside: createOutsideChecks({ parts: outsidePartsOf(materializes ? config : { ...config, auth: null }) }),
    clock: () => BigInt(Math.trunc(clock())),
  });
}
