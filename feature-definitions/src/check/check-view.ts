import type { EmbeddingSpace, Feature, FeatureView, Schedule } from "../ir/nodes";
import { COMPUTED, INPUT } from "../ir/service-columns";
import { type ValueType, vectorDimensions } from "../ir/types";
import { checkContract, checkDeclaredType } from "./check-contract";
import { checkDefault } from "./check-default";
import { checkFeatureExpression, checkFilter } from "./check-expression";
import { checkName, checkVersion, repeated } from "./check-names";
import { checkVectorType } from "./check-operands";
import { checkKeyCovers } from "./check-source";
import { checkTieBreak } from "./check-tie-break";
import { maxGap, parseCron } from "./cron";
import type { Report } from "./report";
import { isTimeZone } from "./zone";

const spacePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

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

function checkEmbedding(report: Report, path: string, type: ValueType, embedding: EmbeddingSpace | null): void {
  const isVector = vectorDimensions(type) !== undefined;
  if (isVector && embedding === null) report("embedding_without_space", path, {});
  if (embedding === null) return;
  if (!isVector) report("space_not_vector", path, { type });
  if (!spacePattern.test(embedding.space)) report("space_name_invalid", path, { name: embedding.space });
}

function checkFeature(report: Report, view: FeatureView, feature: Feature): void {
  const path = `features.${feature.name}`;
  const { name, expression, type, embedding } = feature;
  checkName(report, path, name);
  if (view.entity.key.some((key) => key.name === name)) report("name_reserved", path, { name });
  checkFeatureExpression(report, path, view.source, expression);
  checkVectorType(report, path, type);
  checkDeclaredType(report, path, feature);
  checkEmbedding(report, path, type, embedding);
  checkContract(report, path, feature);
  checkDefault(report, path, feature);
}

/** Checks a schedule and returns the longest gap between two of its times, in seconds; null if it has none. */
export function checkTimes(report: Report, path: string, { cron, zone }: Schedule): number | null {
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
function checkSchedule(report: Report, { schedule, reconcile, freshnessSeconds }: FeatureView): void {
  const gap = schedule === undefined ? null : checkTimes(report, "schedule", schedule);
  if (schedule !== undefined && gap !== null && freshnessSeconds !== undefined && gap >= freshnessSeconds) {
    report("schedule_too_sparse", "schedule", { cron: schedule.cron, gap, freshness: freshnessSeconds });
  }
  if (reconcile === undefined) return;
  checkTimes(report, "reconcile", reconcile);
  if (schedule === undefined && freshnessSeconds === undefined) report("reconcile_without_schedule", "reconcile", {});
}
