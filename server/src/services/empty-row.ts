import { type Feature, type FeatureView, knowsThePast, servedFeatures, valueOverNothing } from "@featstore/definitions";
import type { OnlineRow } from "../stores/online-store";
import { packRow } from "../stores/packed-row";
import { valueWriter } from "./computed/value-text";
import type { ViewRows } from "./read-rows";
import type { Selection } from "./selection";

/**
 * The JSON text of a feature for a member of the population that has no source rows: as a training set has it. Of a
 * source that keeps no history a training set knows only what generations had, so it is null.
 */
export function textOverNothing(view: FeatureView, feature: Feature): string {
  const value = knowsThePast(view, feature) ? valueOverNothing(feature.expression) : null;
  return value === null || value === undefined ? "null" : valueWriter(feature.type)(value);
}

/** Gives a view's row of a member without source rows, made once. */
export function emptyRowOf(view: FeatureView): () => OnlineRow {
  let row: OnlineRow | undefined;
  return () => {
    row ??= packRow(
      null,
      servedFeatures(view).map((feature) => textOverNothing(view, feature)),
    );
    return row;
  };
}

/**
 * Gives a member of a population an empty row of each view whose generation is older than the member: another view of the
 * same population has a row of it.
 */
export function withMembers({ views }: Pick<Selection, "views">, parts: readonly ViewRows[]): readonly ViewRows[] {
  if (!parts.some(({ rows }) => rows.includes(undefined))) return parts;
  const isMember = (population: string, position: number): boolean =>
    views.some((view, index) => view.population === population && parts[index]?.rows[position] !== undefined);
  return parts.map((part, index) => {
    const view = views[index];
    if (view === undefined || view.population === null || part.timedOut || !part.rows.includes(undefined)) return part;
    const { population, emptyRow } = view;
    return {
      ...part,
      rows: part.rows.map((row, position) => row ?? (isMember(population, position) ? emptyRow() : undefined)),
    };
  });
}
