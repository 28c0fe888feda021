import type { FeatureView } from "../ir/nodes";
import { COMPUTED, INPUT } from "../ir/service-columns";
import { checkFilter } from "./check-expression";
import { checkFeature } from "./check-feature";
import { checkName, checkVersion, repeated } from "./check-names";
import { checkSchedule } from "./check-schedule";
import { checkKeyCovers } from "./check-source";
import { checkTieBreak } from "./check-tie-break";
import type { Report } from "./report";

function checkTtl(report: Report, { ttlSeconds, source }: FeatureView): void {
  if (ttlSeconds === null) return;
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds <= 0) report("ttl_not_positive", "ttl", { seconds: ttlSeconds });
  if (source.eventTime === null) report("ttl_without_event_time", "ttl", { name: source.name });
}

function checkFreshness(report: Report, { freshnessSeconds: seconds }: FeatureView): void {
  if (seconds !== undefined && (!Number.isSafeInteger(seconds) || seconds <= 0)) {
    report("freshness_not_positive", "freshness", { seconds });
  }
}

function checkRowBounds(report: Report, { minimumRows, maximumShrink }: FeatureView): void {
  if (minimumRows !== undefined && !(Number.isSafeInteger(minimumRows) && minimumRows >= 0)) {
    report("min_rows_invalid", "minRows", { minimum: minimumRows });
  }
  if (maximumShrink !== undefined && !(maximumShrink >= 0 && maximumShrink < 1)) {
    report("max_shrink_invalid", "maxShrink", { share: maximumShrink });
  }
}

/** Checks a view, except its entity and its source's own declaration, which other views share. */
export function checkView(report: Report, view: FeatureView): void {
  checkName(report, "name", view.name);
  if (view.name === COMPUTED || view.name === INPUT) report("view_name_reserved", "name", { name: view.name });
  checkVersion(report, view.version);
  checkKeyCovers(report, "source.key", view.source, view.entity);
  checkFilter(report, "source.where", view.source, view.source.filter);
  checkFilter(report, "where", view.source, view.filter);
  checkTtl(report, view);
  checkFreshness(report, view);
  checkSchedule(report, view);
  checkRowBounds(report, view);
  checkTieBreak(report, view);
  if (view.features.length === 0) report("view_without_features", "features", {});
  for (const name of repeated(view.features.map((feature) => feature.name))) {
    report("feature_duplicate", `features.${name}`, { name });
  }
  for (const feature of view.features) checkFeature(report, view, feature);
}
