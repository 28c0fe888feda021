import type { Feature, FeatureView } from "../ir/nodes";
import { columnNamesOf } from "./rewrite";

/**
 * Whether a feature's value at a past time can be told from the source as it is. A source that is updated in place, or
 * has no event time, says nothing of the past: of it, only what is declared static was the same then.
 */
export function knowsThePast({ source, filter }: FeatureView, feature: Feature): boolean {
  if (source.history !== "current" && source.eventTime !== null) return true;
  const names = columnNamesOf([feature.expression, source.filter, filter]);
  const fixed = new Set(source.key.map(({ name }) => name));
  for (const column of source.columns) if (column.static) fixed.add(column.name);
  return columnNamesOf([feature.expression]).size > 0 && [...names].every((name) => fixed.has(name));
}

/** Whether the store has to keep the past of the view's rows, since its source does not. */
export function keepsHistory(view: FeatureView): boolean {
  return view.features.some((feature) => !knowsThePast(view, feature));
}

/** The table, in schema `features`, of what the view's rows were. */
export function historyTable({ name, version }: FeatureView): string {
  return `${name}_v${version}_history`;
}
