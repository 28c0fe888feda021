import type { FeatureView, Schedule } from "../ir/nodes";
import { maxGap, parseCron } from "./cron";
import type { Report } from "./report";
import { isTimeZone } from "./zone";

/** The longest gap between two of its times, in seconds; null if it has none. */
function checkTimes(report: Report, path: string, { cron, zone }: Schedule): number | null {
  if (!isTimeZone(zone)) report("schedule_zone_unknown", path, { name: zone });
  const fields = parseCron(cron);
  if (typeof fields === "string") {
    report("schedule_not_cron", path, { cron, fault: fields });
    return null;
  }
  const gap = maxGap(fields);
  if (gap === null) report("schedule_never", path, { cron });
  return gap;
}

/** Checks a view's schedule and its other promises. */
export function checkSchedule(report: Report, { schedule, reconcile, freshnessSeconds }: FeatureView): void {
  const gap = schedule === undefined ? null : checkTimes(report, "schedule", schedule);
  if (schedule !== undefined && gap !== null && freshnessSeconds !== undefined && gap >= freshnessSeconds) {
    report("schedule_too_sparse", "schedule", { cron: schedule.cron, gap, freshness: freshnessSeconds });
  }
  if (reconcile === undefined) return;
  checkTimes(report, "reconcile", reconcile);
  if (schedule === undefined && freshnessSeconds === undefined) report("reconcile_without_schedule", "reconcile", {});
}
