import { instantText } from "@featstore/definitions/compiler";
import { quoteName } from "../../database/index";
import type { Comparison, FilteredFeature, FilteredView, VectorFilter } from "../vector-search";

/** Adds a parameter and returns its placeholder. */
export type AddParameter = (value: string) => string;

const OPERATORS: Readonly<Record<Comparison, string>> = { eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" };

/** Selects a filtered view's rows that have not expired, one per key: those of the scope, else shared ones. */
export function filteredRows(
  { table, scope, fallsBack, freshFrom }: FilteredView,
  keys: readonly string[],
  parameter: AddParameter,
): string {
  const generation = `features.${quoteName(table)}`;
  const own = `select s.* from ${generation} as s where s._tenant = ${parameter(scope)}`;
  const rows =
    fallsBack && scope !== ""
      ? `(${own} union all select s.* from ${generation} as s where s._tenant = '' and not exists (` +
        `select from ${generation} as o where o._tenant = ${parameter(scope)} and ${sameKeys("o", "s", keys)}))`
      : `(${own})`;
  if (freshFrom === null) return rows;
  return `(select t.* from ${rows} as t where ${isFresh("t", freshFrom, parameter)})`;
}

/** Builds the condition that a row has not expired; rows without an event time never expire. */
export function isFresh(alias: string, freshFrom: bigint, parameter: AddParameter): string {
  return `(${alias}._event_time is null or ${alias}._event_time >= ${typedParameter(instantText(freshFrom), "timestamptz", parameter)})`;
}

export function sameKeys(left: string, right: string, keys: readonly string[]): string {
  return keys.map((key) => `${left}.${quoteName(key)} = ${right}.${quoteName(key)}`).join(" and ");
}

/** Builds the filter's condition, which is never null; `columnOf` returns the expression of a view's column. */
export function filterCondition(
  filter: VectorFilter,
  columnOf: (view: number, column: string) => string,
  parameter: AddParameter,
): string {
  const conditionOf = (inner: VectorFilter): string => filterCondition(inner, columnOf, parameter);
  switch (filter.kind) {
    case "and":
    case "or":
      return `(${filter.filters.map(conditionOf).join(` ${filter.kind} `)})`;
    case "not":
      return `(not ${conditionOf(filter.filter)})`;
    case "compare": {
      const isOrdered = filter.isText && filter.comparison !== "eq" && filter.comparison !== "ne";
      const collation = isOrdered ? ' collate pg_catalog."C"' : "";
      const value = typed(filter, filter.value, parameter);
      return `((${valueExpression(filter, columnOf, parameter)}${collation} ${OPERATORS[filter.comparison]} ${value}) is true)`;
    }
    case "in": {
      const values = filter.values.map((value) => typed(filter, value, parameter)).join(", ");
      return `((${valueExpression(filter, columnOf, parameter)} in (${values})) is true)`;
    }
    case "is_null":
      return `(${valueExpression(filter, columnOf, parameter)} is ${filter.isNull ? "" : "not "}null)`;
    default:
      return filter satisfies never;
  }
}

/** Returns the views that must have a row for the filter to be true. */
export function requiredViews(filter: VectorFilter): ReadonlySet<number> {
  switch (filter.kind) {
    case "and":
      return new Set(filter.filters.flatMap((inner) => [...requiredViews(inner)]));
    case "or": {
      const [first, ...others] = filter.filters.map(requiredViews);
      return new Set([...(first ?? [])].filter((view) => others.every((other) => other.has(view))));
    }
    case "not":
      return new Set();
    case "compare":
    case "in":
      return new Set(filter.fallback === null ? [filter.view] : []);
    case "is_null":
      return new Set(filter.fallback === null && !filter.isNull ? [filter.view] : []);
    default:
      return filter satisfies never;
  }
}

function valueExpression(
  feature: FilteredFeature,
  columnOf: (view: number, column: string) => string,
  parameter: AddParameter,
): string {
  const value = columnOf(feature.view, feature.feature);
  return feature.fallback === null ? value : `coalesce(${value}, ${typed(feature, feature.fallback, parameter)})`;
}

function typed({ databaseType }: FilteredFeature, value: string, parameter: AddParameter): string {
  return typedParameter(value, databaseType, parameter);
}

/** Adds a typed parameter that is evaluated once. */
function typedParameter(value: string, databaseType: string, parameter: AddParameter): string {
  const cast = `${parameter(value)}::${databaseType}`;
  // Parsing a time depends on settings, so the cast is not constant; a subquery evaluates it once.
  return databaseType === "timestamptz" || databaseType === "date" ? `(select ${cast})` : cast;
}
