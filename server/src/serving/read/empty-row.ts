import {
  type Feature,
  type FeatureView,
  knowsThePast,
  servedFeatures,
  valueOverNothing,
} from "@featstore/definitions/compiler";
import { valueWriter } from "../computed/value-text";
import type { OnlineRow } from "../online-store/online-store";
import { packRow } from "../online-store/packed-row";

/**
 * Returns the JSON text of a feature for a population member without source rows, as a training set has it. If the
 * source keeps no history, a training set knows only what generations had, so the value is null.
 */
export function emptyRowValue(view: FeatureView, feature: Feature): string {
  const value = knowsThePast(view, feature) ? valueOverNothing(feature.expression) : null;
  return value === null || value === undefined ? "null" : valueWriter(feature.type)(value);
}

/** Returns a function that builds a view's row for a member without source rows, once. */
export function emptyRowOf(view: FeatureView): () => OnlineRow {
  let row: OnlineRow | undefined;
  return () => {
    row ??= packRow(
      null,
      servedFeatures(view).map((feature) => emptyRowValue(view, feature)),
    );
    return row;
  };
}
