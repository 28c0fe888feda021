import { isByTime } from "../ir/aggregates";
import { canonicalJson } from "../ir/canonical";
import type { Definitions } from "../ir/definitions";
import type { Entity, FeatureView, Source } from "../ir/nodes";
import { extensionColumns, hasOneRowPerKey, plainSources } from "../ir/source-parts";
import { some } from "../ir/visit";
import type { Catalog } from "./catalog";
import { idOf } from "./check-across";
import type { Diagnostic } from "./diagnostics";
import { type CheckOptions, createCollector, type Report } from "./report";

/** Reports a view that takes rows by time from a source whose rows of equal time have no order. */
export function checkTieBreak(report: Report, view: FeatureView, catalog?: Catalog): void {
  const { source, entity } = view;
  if (!takesRowsByTime(view) || source.tieBreak.length > 0) return;
  const keys = catalog === undefined ? [] : uniqueKeysOf(source, catalog);
  const equal = equalColumns(source, entity);
  if (keys.some((key) => key.every((name) => equal.includes(name)))) return;
  const [known] = keys;
  const guess = guessedColumn(source, entity);
  report("tie_break_missing", "source.tieBreak", {
    source: source.name,
    columns: known?.filter((name) => !equal.includes(name)).map((name) => declaredName(source, name)) ?? guess,
    isKnown: known !== undefined,
  });
}

/**
 * Runs `checkTieBreak` for all views with the catalog's description of their sources; replaces the guesses made without
 * a catalog.
 */
export function checkTieBreaks(definitions: Definitions, catalog: Catalog, options: CheckOptions = {}): Diagnostic[] {
  const { diagnostics, reportOf } = createCollector(options);
  for (const view of definitions.featureViews) checkTieBreak(reportOf(idOf(view)), view, catalog);
  return [...diagnostics];
}

function takesRowsByTime({ source, features }: FeatureView): boolean {
  // A source that is updated in place has one row per key, so there is nothing to order.
  if (source.eventTime === null || hasOneRowPerKey(source)) return false;
  return features.some((feature) =>
    some(feature.expression, (node) => node.kind === "aggregate" && isByTime(node.name)),
  );
}

/** The table's columns that are equal in rows of one entity with equal times. */
function equalColumns(source: Source, entity: Entity): readonly string[] {
  const names = entity.key.map(({ name }) => name);
  const elsewhere = extensionColumns(source);
  const keys = source.key.filter(({ name }) => names.includes(name) && !elsewhere.includes(name));
  return [
    ...keys.map(({ column }) => column),
    ...(source.eventTime === null ? [] : [source.eventTime.column]),
    ...(source.tenant === null ? [] : [source.tenant]),
  ];
}

/** Columns whose values are unique together: the primary key first, then the others, the shortest first. */
function uniqueKeysOf(source: Source, { relations }: Catalog): readonly (readonly string[])[] {
  // For an extended source, the table that its rows come from.
  const [{ relation } = source] = plainSources(source);
  const found = relations.find((candidate) => canonicalJson(candidate.relation) === canonicalJson(relation));
  if (found?.state !== "found") return [];
  const others = found.uniqueKeys.filter(({ length }) => length > 0).sort((one, other) => one.length - other.length);
  return found.primaryKey === undefined ? others : [found.primaryKey, ...others];
}

function declaredName({ key, columns }: Source, column: string): string {
  return [...key, ...columns].find((each) => each.column === column)?.name ?? column;
}

/** A declared column that may distinguish such rows: an id before numbers, and numbers before texts. */
function guessedColumn({ key, columns }: Source, entity: Entity): readonly string[] {
  const names = entity.key.map(({ name }) => name);
  const same = key.filter(({ name }) => names.includes(name)).map(({ column }) => column);
  const others = [...key, ...columns].filter(({ column, name }) => !names.includes(name) && !same.includes(column));
  const numbers = others.filter(({ type }) => type === "int64" || type === "int32");
  const texts = others.filter(({ type }) => type === "string" || type === "uuid");
  return [...others.filter(({ name }) => name === "id"), ...numbers, ...texts].map(({ name }) => name).slice(0, 1);
}
