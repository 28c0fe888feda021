import type { AggregateExpression, Expression } from "../../ir/expressions";
import type { Feature, FeatureView, Source } from "../../ir/nodes";
import { some } from "../../ir/visit";
import type { Strategy } from "../source/entities";
import { freeNames } from "../source/stages";
import { readsOnlyLatest } from "../strategies/latest-rows";
import { canLoseAnywhere } from "../strategies/lost-values";
import { isSortable } from "../strategies/row-order";
import { isCostly } from "../strategies/shared-expressions";
import { aggregatesOf, rewrite } from "../tree/rewrite";

/** One of the views that are compiled together. */
export interface MergedPart {
  /** The column of the view's event time. */
  readonly time: string;
  /** The column of each feature, by its name. */
  readonly columns: ReadonlyMap<string, string>;
}

export interface MergedView {
  readonly view: FeatureView;
  /** The result for each of the input views, in their order. */
  readonly parts: readonly MergedPart[];
}

/** The column name of the event time among the source's columns; authors cannot declare it. */
const TIME = "_merged_time";

/**
 * A key that is equal for views that can be compiled together; null for a view that must be, or is better, compiled
 * alone:
 *   - its rows have no event time, which is needed to see whether the view has any row;
 *   - it reads only the latest row, which is found without reading the values of other rows;
 *   - an aggregate needs its own sort order;
 *   - it contains `sql` or a strict cast, which may fail on rows that do not pass the view's filter.
 * A view whose filter can lose a value to a cast is compiled together only with views that have the same filter.
 */
export function mergeableBy(view: FeatureView, strategy: Strategy): string | null {
  const { source, entity, filter, features } = view;
  if (source.eventTime === null) return null;
  const aggregates = aggregatesOf(features).map(({ aggregate }) => aggregate);
  if (strategy === "join" && (readsOnlyLatest(view) || !aggregates.every(isSortable))) return null;
  const canFail = (expression: Expression | null): boolean =>
    expression !== null && some(expression, (node) => node.kind === "sql" || (node.kind === "cast" && node.strict));
  if ([source.filter, filter, ...features.map(({ expression }) => expression)].some(canFail)) return null;
  const columns = source.columns.map(({ static: _, ...column }) => column);
  const filters = [source.filter, filter];
  // A value that a filter loses is no loss of a feature, as it would be in the condition of an aggregate.
  const own = filters.some((each) => each !== null && canLoseAnywhere(each)) ? filters : null;
  return JSON.stringify([strategy, entity, { ...source, columns, filter: null }, own]);
}

/**
 * Merges views with an equal `mergeableBy` key into one: its rows are those that any of the views reads, and each
 * aggregate covers the rows that its own view reads.
 */
export function mergeViews(views: readonly [FeatureView, ...FeatureView[]]): MergedView {
  const [first] = views;
  if (views.length === 1) {
    const columns = new Map(first.features.map(({ name }) => [name, name]));
    return { view: first, parts: [{ time: "_event_time", columns }] };
  }
  const name = freeNames(new Set(), new Set());
  const filters = views.map(filterOf);
  const common = filters.every((filter) => JSON.stringify(filter) === JSON.stringify(filters[0]));
  const features: Feature[] = [];
  const parts = views.map((view, index): MergedPart => {
    const filter = common ? null : (filters[index] ?? null);
    const add = (preferred: string, feature: Feature): string => {
      const own = name(preferred);
      features.push({ ...feature, name: own, expression: within(filter, feature.expression) });
      return own;
    };
    const time = add("event_time", timeFeature);
    return { time, columns: new Map(view.features.map((feature) => [feature.name, add(feature.name, feature)])) };
  });
  const { source } = first;
  return {
    view: { ...first, source: withTime(source), filter: common ? (filters[0] ?? null) : anyOf(filters), features },
    parts,
  };
}

const timeFeature: Feature = {
  name: "event_time",
  expression: {
    kind: "aggregate",
    name: "max",
    operand: { kind: "column", name: TIME, type: "timestamp", nullable: false },
    where: null,
    overSeconds: null,
    ignoreNulls: false,
  },
  type: "timestamp",
  nullable: true,
  embedding: null,
  contract: {
    description: null,
    unit: null,
    minimum: null,
    maximum: null,
    allowedValues: null,
    maximumNullFraction: null,
    tags: [],
  },
};

/** The source without its filter, with its event time as a column. */
function withTime(source: Source): Source {
  if (source.eventTime === null) return { ...source, filter: null };
  const { column, zone } = source.eventTime;
  const time = { name: TIME, column, type: "timestamp", nullable: false, zone } as const;
  return { ...source, filter: null, columns: [...source.columns, time] };
}

function filterOf({ source, filter }: FeatureView): Expression | null {
  const filters = [source.filter, filter].filter((each) => each !== null);
  const [only, ...others] = filters;
  if (only === undefined) return null;
  return others.length === 0 ? only : { kind: "logic", operator: "and", operands: filters };
}

function anyOf(filters: readonly (Expression | null)[]): Expression | null {
  const operands = filters.filter((each) => each !== null);
  return operands.length < filters.length ? null : { kind: "logic", operator: "or", operands };
}

/** Restricts a feature to the rows that pass the filter. */
function within(filter: Expression | null, expression: Expression): Expression {
  if (filter === null) return expression;
  // PostgreSQL evaluates a case once per row, but a bare condition at every occurrence.
  const passes: Expression = {
    kind: "case",
    branches: [{ when: filter, value: { kind: "literal", type: "bool", value: true } }],
    otherwise: null,
  };
  return rewrite(expression, (node): AggregateExpression | undefined => {
    if (node.kind !== "aggregate") return undefined;
    const { operand, where } = node;
    return {
      ...node,
      operand: operand && guarded(filter, operand),
      where: where ? { kind: "logic", operator: "and", operands: [passes, guarded(filter, where)] } : passes,
    };
  });
}

/**
 * Skips the costly parts of an expression on rows that do not pass the filter. A cast that may lose its value stays
 * outermost, so that it is parsed once, and its JSON is not read.
 */
function guarded(filter: Expression, expression: Expression): Expression {
  const passing = (value: Expression): Expression => ({
    kind: "case",
    branches: [{ when: filter, value }],
    otherwise: null,
  });
  return rewrite(expression, (node) => {
    if (canLoseAnywhere(node) || !isCostly(node)) return undefined;
    return node.kind === "json_get" ? { ...node, operand: passing(node.operand) } : passing(node);
  });
}
