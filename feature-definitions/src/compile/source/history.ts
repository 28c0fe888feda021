import type { Feature, FeatureView, Source } from "../../ir/nodes";
import { extensionColumns } from "../../ir/source-parts";
import { columnNamesOf } from "../tree/rewrite";

/**
 * Returns whether the source in its present state determines a feature's value at a past time. A source that is updated
 * in place or has no event time keeps no past; only its static columns had the same values then.
 */
export function knowsThePast({ source, filter }: FeatureView, feature: Feature): boolean {
  const isKnown = source.history !== "current" && source.eventTime !== null;
  const own = columnNamesOf([feature.expression]);
  const names = [...own, ...columnNamesOf([source.filter, filter]), ...source.key.map(({ name }) => name)];
  return (isKnown || own.size > 0) && names.every(isFixed(source, isKnown));
}

/** The columns whose past values equal their present ones: columns of events, keys and static columns. */
function isFixed(source: Source, isKnown: boolean): (name: string) => boolean {
  const brought = new Set(extensionColumns(source));
  const declaredKey = new Set((source.declaredKey ?? source.key).map(({ name }) => name));
  const columns = new Map([...source.key, ...source.columns].map((column) => [column.name, column]));
  return (name) => columns.get(name)?.static === true || (!brought.has(name) && (isKnown || declaredKey.has(name)));
}

/**
 * Returns whether the source's rows still have the keys that they had in the past; otherwise the earlier key of a moved
 * row is lost. Events, and keys with which sources were declared, count as unchanging.
 */
export function keepsItsKeys(source: Source): boolean {
  return source.key.map(({ name }) => name).every(isFixed(source, source.history !== "current"));
}

/** Returns whether the store must keep the history of the view's rows because its source does not. */
export function keepsHistory(view: FeatureView): boolean {
  return view.features.some((feature) => !knowsThePast(view, feature));
}

/** The history table of the view's rows, in schema `features`. */
export function historyTable({ name, version }: FeatureView): string {
  return `${name}_v${version}_history`;
}
