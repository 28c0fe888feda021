import { isByTime } from "../ir/aggregates";
import type { Entity, FeatureView, Source } from "../ir/nodes";
import { COMPUTED, INPUT } from "../ir/service-columns";
import { hasOneRowPerKey } from "../ir/source-parts";
import { some } from "../ir/visit";
import { checkFilter } from "./check-expression";
import { checkFeature } from "./check-feature";
import { checkName, checkVersion, repeated } from "./check-names";
import { checkSchedule } from "./check-schedule";
import { checkKeyCovers } from "./check-source";
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

function checkTieBreak(report: Report, { source, features, entity }: FeatureView): void {
  // A source that is updated in place has one row per key: nothing to order.
  if (source.tieBreak.length > 0 || source.eventTime === null || hasOneRowPerKey(source)) return;
  const takesRow = features.some((feature) =>
    some(feature.expression, (node) => node.kind === "aggregate" && isByTime(node)),
  );
  if (takesRow)
    report("tie_break_missing", "source.tieBreak", { source: source.name, column: tieBreakFor(source, entity) });
}

/** A declared column that can tell an entity's rows of one time apart: an id before numbers, and numbers before texts. */
function tieBreakFor({ key, columns }: Source, entity: Entity): string | null {
  const names = entity.key.map(({ name }) => name);
  const same = key.filter(({ name }) => names.includes(name)).map(({ column }) => column);
  const others = [...key, ...columns].filter(({ column, name }) => !names.includes(name) && !same.includes(column));
  const numbers = others.filter(({ type }) => type === "int64" || type === "int32");
  const texts = others.filter(({ type }) => type === "string" || type === "uuid");
  const [found] = [...others.filter(({ name }) => name === "id"), ...numbers, ...texts];
  return found?.name ?? null;
}

/** Checks a view but for its entity and its source's own declaration, which it shares with others. */
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
  checkTieBreak(report, view);
  if (view.features.length === 0) report("view_without_features", "features", {});
  for (const name of repeated(view.features.map((feature) => feature.name))) {
    report("feature_duplicate", `features.${name}`, { name });
  }
  for (const feature of view.features) checkFeature(report, view, feature);
}
