import type { FeatureView } from "@featstore/definitions/compiler";
import { cronTimes } from "../core/index";

/**
 * Parses every schedule as the scheduler does.
 *
 * @throws FeatstoreError `schedule_invalid`
 */
export function assertSchedules(views: readonly FeatureView[]): void {
  for (const { schedule, reconcile } of views) {
    for (const each of [schedule, reconcile]) {
      if (each !== undefined) cronTimes(each);
    }
  }
}
