import type { ComputedFeature, DefaultValue, FeatureReference, FeatureView, ServiceInput } from "../../ir/nodes";
import { AS_OF, featureColumnName, inputColumnName } from "../../ir/service-columns";
import { readsAsOf } from "../../ir/service-reads";
import type { ValueType } from "../../ir/types";
import type { SpineTable } from "../source/entities";
import { equal } from "../source/source-rows";
import { namesAround } from "../source/stages";
import type { DialectTraits } from "../tree/dialect-traits";
import { columnNamesOf } from "../tree/rewrite";
import {
  type From,
  field,
  from,
  type Item,
  isNotNull,
  type Query,
  type SqlExpression,
  type Stage,
  select,
} from "../tree/sql-tree";
import { fanOutQuery } from "./fan-out";
import {
  type CompiledTrainingSet,
  type TrainingSetColumn,
  type TrainingSetQuery,
  type TrainingView,
  trainingSetQuery,
} from "./point-in-time";

/** Views of another entity, and the feature of one of `views` that holds the other entity's key. */
export interface JoinedViews {
  readonly key: Omit<FeatureReference, "through">;
  /** All of one entity, whose key is one column of the feature's type. */
  readonly views: readonly TrainingView[];
}

export interface ServiceTrainingSetInput {
  /**
   * All of the spine's entity; includes the features that hold keys of joined entities and those that computed features
   * read.
   */
  readonly views: readonly TrainingView[];
  readonly joined?: readonly JoinedViews[];
  readonly computed?: readonly ComputedFeature[];
  readonly inputs?: readonly ServiceInput[];
  /** If there are inputs, its column `_passthrough` holds the text of a JSON object with their values by name. */
  readonly spine: SpineTable;
  /** True if the statement also reports which stored features lost a value to a cast. Default: false. */
  readonly reportsLost?: boolean;
}

export interface ComputedColumn {
  /** Its name in the statement's result, continuing the numbering of `columns`. */
  readonly name: string;
  readonly feature: ComputedFeature;
}

/** Like `CompiledTrainingSet`, over all views: those of `views`, then the joined ones, in their order. */
export interface CompiledServiceTrainingSet extends CompiledTrainingSet {
  readonly computed: readonly ComputedColumn[];
}

/** The query of a service's training set, and what the columns of its result hold. */
export interface ServiceTrainingSetQuery extends TrainingSetQuery {
  readonly computed: readonly ComputedColumn[];
}

/**
 * Returns the query for a service's values as they were known at each spine row's as-of time.
 *
 * @throws RangeError if a view has no such feature, if a feature that holds a joined entity's key is not requested, or
 * if a computed feature reads another column.
 */
export function serviceTrainingSetQuery(
  input: ServiceTrainingSetInput,
  traits: DialectTraits,
): ServiceTrainingSetQuery {
  const { views, joined = [], computed = [], inputs = [], spine, reportsLost = false } = input;
  const own = trainingSetQuery({ views, spine, reportsLost }, traits);
  const all = [...views, ...joined.flatMap((each) => each.views)];
  const isPlain = joined.length + computed.length === 0 && all.every(hasNoDefault);
  if (isPlain) return { ...own, computed: [] };

  const names = namesAround(all.map(({ view }) => view));
  const known = materialized(names("known"), own.query);
  const others = joined.map((group): JoinedTrainingSet => {
    const key = keyOf(own, views, group.key);
    const keys = joinedSpine(names, known.name, key, group, spine);
    const table = { schema: null, table: keys.name };
    const training = trainingSetQuery({ views: group.views, spine: table, reportsLost }, traits);
    return { key, spine: keys, rows: materialized(names("reached"), training.query), training };
  });
  const columns = storedColumns(all, known.name, own, others);
  const row = names("spine");
  const columnValue = (name: string): SqlExpression => {
    if (name === AS_OF) return field(row, "_as_of", "timestamp");
    const stored = columns.find((each) => featureColumnName(each.column) === name);
    // A value served as JSON null cannot be distinguished from an absent one.
    if (stored?.column.type === "json") return { kind: "not_json_null", operand: stored.value };
    if (stored) return stored.value;
    const ofName = inputs.find((each) => inputColumnName(each) === name);
    if (ofName) return { kind: "input_value", operand: field(row, "_passthrough"), input: ofName };
    throw new RangeError(`${name} is not one of the features and inputs`);
  };
  const made = computed.map((feature, index) => ({
    name: columnName(columns.length + index),
    feature,
    expression: computedValue(feature, columnValue),
  }));
  const trainingSets = [
    { stage: known.name, training: own },
    ...others.map(({ rows, training }) => ({ stage: rows.name, training })),
  ];
  const times = trainingSets.flatMap(({ stage, training }) =>
    training.strategies.map((_, index) => field(stage, timeName(index))),
  );
  const lost = trainingSets
    .flatMap(({ stage, training }) => training.lost.map((name) => (name === null ? null : field(stage, name))))
    .map((expression, index): Item | null => (expression ? { name: `_lost_${index + 1}`, expression } : null));
  const readsSpine = inputs.length > 0 || computed.some(readsAsOf);
  const joins: From["joins"] = [
    ...others.map(({ rows }) => onRow("left", { kind: "stage", name: rows.name }, rows.name, known.name)),
    ...(readsSpine ? [onRow("inner", relationOf(spine), row, known.name)] : []),
  ];
  const result = select({
    items: [
      { name: "_row", expression: field(known.name, "_row") },
      ...times.map((expression, index): Item => ({ name: timeName(index), expression })),
      ...lost.flatMap((each) => each ?? []),
      ...columns.map(({ value, column }): Item => ({ name: column.name, expression: value })),
      ...made,
    ],
    from: from({ kind: "stage", name: known.name }, known.name, joins),
    orderBy: [{ expression: field(known.name, "_row"), descending: false, string: false }],
  });
  return {
    query: { kind: "query", stages: [known, ...others.flatMap((each) => [each.spine, each.rows])], result },
    columns: columns.map(({ column }) => column),
    withoutHistory: [...new Set(columns.filter(({ column }) => column.withoutHistory).map(({ id }) => id))],
    strategies: trainingSets.flatMap(({ training }) => training.strategies),
    lost: lost.map((each) => each?.name ?? null),
    computed: made.map(({ name, feature }) => ({ name, feature })),
  };
}

/**
 * Like `fanOutQuery`, for a view of a joined entity: over the spine of keys found via `through`, a view with the
 * feature that holds them.
 */
export function joinedFanOutQuery(
  view: FeatureView,
  through: { readonly view: FeatureView; readonly feature: string },
  spine: SpineTable,
  traits: DialectTraits,
): Query {
  const views = [{ view: through.view, features: [through.feature] }];
  const own = trainingSetQuery({ views, spine }, traits);
  const names = namesAround([through.view, view]);
  const known = materialized(names("known"), own.query);
  const key = keyOf(own, views, { view: through.view.name, version: through.view.version, feature: through.feature });
  const keys = joinedSpine(names, known.name, key, { views: [{ view, features: [] }] }, spine);
  const fanOut = materialized(names("fan_out"), fanOutQuery(view, { schema: null, table: keys.name }));
  const items = ["source_rows", "joined_rows"].map((name) => ({ name, expression: field(fanOut.name, name) }));
  const result = select({ items, from: from({ kind: "stage", name: fanOut.name }, fanOut.name) });
  return { kind: "query", stages: [known, keys, fanOut], result };
}

interface KeyColumn {
  readonly column: TrainingSetColumn;
  readonly default: DefaultValue | undefined;
}

interface JoinedTrainingSet {
  readonly key: KeyColumn;
  /** The keys of the joined entity, by spine row. */
  readonly spine: Stage;
  readonly rows: Stage;
  readonly training: TrainingSetQuery;
}

interface StoredColumn {
  readonly column: TrainingSetColumn;
  /** `view@version` */
  readonly id: string;
  readonly value: SqlExpression;
}

const columnName = (index: number): string => `f${index + 1}`;
const timeName = (index: number): string => `_event_time_${index + 1}`;

/** Materialized: each stage is read more than once or is planned better alone. */
function materialized(name: string, query: Stage["query"]): Stage {
  return { name, query, isMaterialized: true };
}

function relationOf({ schema, table }: SpineTable): From["relation"] {
  return { kind: "table", schema, table };
}

function withDefault(value: SqlExpression, type: ValueType, byDefault: DefaultValue | undefined): SqlExpression {
  if (byDefault === undefined) return value;
  return { kind: "coalesce", operands: [value, { kind: "constant", value: String(byDefault), type }] };
}

function computedValue(
  { expression, type, default: byDefault }: ComputedFeature,
  columnValue: (column: string) => SqlExpression,
): SqlExpression {
  const fields = new Map([...columnNamesOf([expression])].map((name) => [name, columnValue(name)]));
  return withDefault({ kind: "convert", operand: { kind: "scalar", expression, fields }, type }, type, byDefault);
}

function hasNoDefault({ view, features }: TrainingView): boolean {
  return view.features.every((feature) => feature.default === undefined || !features.includes(feature.name));
}

function defaultOf(
  views: readonly TrainingView[],
  { view: name, version, feature: featureName }: Omit<FeatureReference, "through">,
): DefaultValue | undefined {
  const of = views.find(({ view }) => view.name === name && view.version === version);
  return of?.view.features.find((feature) => feature.name === featureName)?.default;
}

function keyOf(
  { columns }: TrainingSetQuery,
  views: readonly TrainingView[],
  key: Omit<FeatureReference, "through">,
): KeyColumn {
  const column = columns.find(
    ({ view, version, feature }) => view === key.view && version === key.version && feature === key.feature,
  );
  if (!column) throw new RangeError(`${key.view}@${key.version}.${key.feature} is not one of the features`);
  return { column, default: defaultOf(views, key) };
}

/** The spine rows whose entity has a key of the other entity, as a spine of that entity. */
function joinedSpine(
  names: (preferred: string) => string,
  known: string,
  { column, default: byDefault }: KeyColumn,
  { views }: Pick<JoinedViews, "views">,
  spine: SpineTable,
): Stage {
  const [key] = views[0]?.view.entity.key ?? [];
  const name = names("reached_spine");
  const row = names("of");
  const value = withDefault(field(known, column.name, column.type), column.type, byDefault);
  const query = select({
    items: [
      ...["_row", "_tenant", "_as_of"].map((each): Item => ({ name: each, expression: field(row, each) })),
      { name: key?.name ?? "", expression: value },
    ],
    from: from({ kind: "stage", name: known }, known, [onRow("inner", relationOf(spine), row, known)]),
    where: [isNotNull(value)],
  });
  return materialized(name, query);
}

function onRow(
  kind: "left" | "inner",
  relation: From["relation"],
  alias: string,
  known: string,
): From["joins"][number] {
  return { kind, relation, alias, on: [equal(field(alias, "_row"), field(known, "_row"))] };
}

function storedColumns(
  views: readonly TrainingView[],
  known: string,
  own: TrainingSetQuery,
  joined: readonly JoinedTrainingSet[],
): readonly StoredColumn[] {
  const of = (stage: string, columns: readonly TrainingSetColumn[], isKeyless: boolean) =>
    columns.map((column) => ({ stage, column, isKeyless }));
  const found = [
    ...of(known, own.columns, false),
    ...joined.flatMap(({ key, rows, training }) => of(rows.name, training.columns, key.column.withoutHistory)),
  ];
  return found.map(({ stage, column, isKeyless }, index) => ({
    column: { ...column, name: columnName(index), withoutHistory: column.withoutHistory || isKeyless },
    id: `${column.view}@${column.version}`,
    value: withDefault(field(stage, column.name, column.type), column.type, defaultOf(views, column)),
  }));
}
