import type { Platform } from "../platform/index";
import { type Serving, servedViews } from "../serving/index";
import { createHealthService, type HealthOptions, type HealthService } from "./health";
import { createOutsideChecks } from "./outside-checks";
import { outsidePartsOf } from "./outside-parts";

/** Creates the service for health and readiness. */
export function createHealth(
  { config, clock, materializes }: Platform,
  { registry, onlineStore }: Serving,
  { failedViews, differingViews }: Pick<HealthOptions, "failedViews" | "differingViews">,
): HealthService {
  return createHealthService({
    registry,
    failedViews,
    differingViews,
    holdsAll: () =>
      servedViews(registry.current().snapshot).every(
        ({ served }) => served === null || onlineStore.holds?.(served.table) === true,
      ),
    outside: createOutsideChecks({ parts: outsidePartsOf(materializes ? config : { ...config, auth: null }) }),
    clock: () => BigInt(Math.trunc(clock())),
  });
}
