import type { Feature, FeatureView, Source } from "../ir/nodes";
import { extensionColumns } from "../ir/source-parts";
import { columnNamesOf } from "./rewrite";

/**
 * Whether a feature's value at a past time can be told from the source as it is. A source that is updated in place, or
 * has no event time, says nothing of the past: of it, only what is declared static was the same then.
 */
export function knowsThePast({ source, filter }: FeatureView, feature: Feature): boolean {
  const isKnown = source.history !== "current" && source.eventTime !== null;
  const own = columnNamesOf([feature.expression]);
  const names = [...own, ...columnNamesOf([source.filter, filter]), ...source.key.map(({ name }) => name)];
  return (isKnown || own.size > 0) && names.every(isFixed(source, isKnown));
}

/** Which columns were at a past time what they are now: those of facts, of keys, and what is declared static. */
function isFixed(source: Source, isKnown: boolean): (name: string) => boolean {
  const brought = new Set(extensionColumns(source));
  const declaredKey = new Set((source.declaredKey ?? source.key).map(({ name }) => name));
  const columns = new Map([...source.key, ...source.columns].map((column) => [column.name, column]));
  return (name) => columns.get(name)?.static === true || (!brought.has(name) && (isKnown || declaredKey.has(name)));
}

/**
 * Whether the keys of a source's rows are those that they had: else the key that a row has left is nowhere to be found.
 * Facts, and the keys that sources were declared with, are taken to keep theirs.
 */
export function keepsItsKeys(source: Source): boolean {
  return source.key.map(({ name }) => name).every(isFixed(source, source.history !== "current"));
}

/** Whether the store has to keep the past of the view's rows, since its source does not. */
export function keepsHistory(view: FeatureView): boolean {
  return view.features.some((feature) => !knowsThePast(view, feature));
}

/** The table, in schema `features`, of what the view's rows were. */
export function historyTable({ name, version }: FeatureView): string {
  return `${name}_v${version}_history`;
}
