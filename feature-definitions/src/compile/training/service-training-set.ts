import type { ComputedFeature, DefaultValue, FeatureReference, FeatureView, ServiceInput } from "../../ir/nodes";
import { AS_OF, featureColumnName, inputColumnName } from "../../ir/service-columns";
import { readsAsOf } from "../../ir/service-reads";
import { computedValue, filled } from "../postgres/computed-value";
import { inputValue } from "../postgres/input-value";
import { indent, quoteName, quoteTable } from "../postgres/quote";
import { atom, call, createParameters, type Parameters, type Rendered } from "../postgres/rendered";
import { namesAround } from "../source/stages";
import type { Statement } from "../tree/statement";
import { compileFanOut } from "./fan-out";
import {
  type CompiledTrainingSet,
  compileTrainingSet,
  type SpineTable,
  type TrainingSetColumn,
  type TrainingView,
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

/**
 * Compiles a service's values as they were known at each spine row's as-of time. Does what `compileTrainingSet` does
 * and adds views of other entities, joined by the key that the row's own entity had then; defaults in place of null;
 * and computed features over these values, the spine's inputs and its as-of times. A joined feature is null if the key
 * is null.
 *
 * @throws RangeError if a view has no such feature, or if a feature that holds a joined entity's key is not requested.
 * @example
 * const { statement, columns, computed } = compileServiceTrainingSet({
 *   views: [{ view: trackProfile.ir, features: ["artist"] }],
 *   joined: [{ key: { view: "track_profile", version: 1, feature: "artist" }, views: [{ view: artistActivity.ir, features: ["tracks_total"] }] }],
 *   spine: { schema: "featstore", table: "spine_7" },
 * });
 */
export function compileServiceTrainingSet(input: ServiceTrainingSetInput): CompiledServiceTrainingSet {
  const { views, joined = [], computed = [], inputs = [], spine, reportsLost = false } = input;
  const parameters = createParameters(1);
  const own = compileTrainingSet({ views, spine, reportsLost }, parameters);
  const all = [...views, ...joined.flatMap((each) => each.views)];
  const isPlain = joined.length + computed.length === 0 && all.every(hasNoDefault);
  if (isPlain) return { ...own, computed: [] };

  const names = namesAround(all.map(({ view }) => view));
  const known: Stage = { name: names("known"), text: own.statement.text };
  const others = joined.map((group): JoinedService => {
    const key = keyOf(own, views, group.key);
    const stage = spineOf(names, known.name, key, group, spine, parameters);
    const table = { schema: null, table: stage.name };
    const compiled = compileTrainingSet({ views: group.views, spine: table, reportsLost }, parameters);
    return { key, spine: stage, rows: { name: names("reached"), text: compiled.statement.text }, compiled };
  });
  const columns = storedColumns(all, known.name, own, others, parameters);
  const row = names("spine");
  const columnValue = (name: string): Rendered => {
    if (name === AS_OF) return atom(`${quoteName(row)}."_as_of"`, "timestamp");
    const stored = columns.find((each) => featureColumnName(each.column) === name);
    // A value served as JSON null cannot be distinguished from an absent one.
    if (stored?.value.type === "json") return call("nullif", [stored.value.text, "'null'::jsonb"], "json");
    if (stored) return stored.value;
    const input = inputs.find((each) => inputColumnName(each) === name);
    if (input) return inputValue(input, `${quoteName(row)}."_passthrough"`, parameters);
    throw new RangeError(`${name} is not one of the features and inputs`);
  };
  const readsSpine = inputs.length > 0 || computed.some(readsAsOf);
  const made = computed.map((feature, index) => ({
    name: columnName(columns.length + index),
    feature,
    value: computedValue(feature, columnValue, parameters),
  }));
  const times = [
    ...views.map((_, index) => timeColumn(known.name, index)),
    ...others.flatMap(({ rows, compiled }) => compiled.strategies.map((_, index) => timeColumn(rows.name, index))),
  ];
  const lost = [
    ...own.lost.map((name) => ({ stage: known.name, name })),
    ...others.flatMap(({ rows, compiled }) => compiled.lost.map((name) => ({ stage: rows.name, name }))),
  ].map(({ stage, name }, index) =>
    name === null ? null : { column: lostColumn(stage, name), as: `_lost_${index + 1}` },
  );
  const items = [
    `${quoteName(known.name)}."_row"`,
    ...times.map((time, index) => `${time} as "_event_time_${index + 1}"`),
    ...lost.flatMap((each) => (each === null ? [] : [`${each.column} as ${quoteName(each.as)}`])),
    ...columns.map(({ value, column }) => `${value.text} as ${quoteName(column.name)}`),
    ...made.map(({ value, name }) => `${value.text} as ${quoteName(name)}`),
  ];
  const reads = [
    `from ${quoteName(known.name)}`,
    ...others.map(({ rows }) => `left join ${onRow(rows.name, rows.name, known.name)}`),
    ...(readsSpine ? [`join ${onRow(quoteSpine(spine), row, known.name)}`] : []),
  ];
  const stages = [known, ...others.flatMap((each) => [each.spine, each.rows])];
  return {
    statement: {
      text: `${withStages(stages)}
select
${indent(items.join(",\n"))}
${reads.join("\n")}
order by ${quoteName(known.name)}."_row"`,
      parameters: parameters.values(),
    },
    columns: columns.map(({ column }) => column),
    withoutHistory: [...new Set(columns.filter(({ column }) => column.withoutHistory).map(({ id }) => id))],
    strategies: [own, ...others.map(({ compiled }) => compiled)].flatMap(({ strategies }) => strategies),
    lost: lost.map((each) => each?.as ?? null),
    computed: made.map(({ name, feature }) => ({ name, feature })),
  };
}

/**
 * Like `compileFanOut`, for a view of a joined entity: over the spine of keys found via `through`, a view with the
 * feature that holds them.
 */
export function compileJoinedFanOut(
  view: FeatureView,
  through: { readonly view: FeatureView; readonly feature: string },
  spine: SpineTable,
): Statement {
  const parameters = createParameters(1);
  const views = [{ view: through.view, features: [through.feature] }];
  const own = compileTrainingSet({ views, spine }, parameters);
  const names = namesAround([through.view, view]);
  const known: Stage = { name: names("known"), text: own.statement.text };
  const key = keyOf(own, views, { view: through.view.name, version: through.view.version, feature: through.feature });
  const group = { views: [{ view, features: [] }] };
  const stage = spineOf(names, known.name, key, group, spine, parameters);
  const { text } = compileFanOut(view, { schema: null, table: stage.name }, parameters);
  const fanOut: Stage = { name: names("fan_out"), text };
  return {
    text: `${withStages([known, stage, fanOut])}\nselect * from ${quoteName(fanOut.name)}`,
    parameters: parameters.values(),
  };
}

interface Stage {
  readonly name: string;
  readonly text: string;
}

interface KeyColumn {
  readonly column: TrainingSetColumn;
  readonly default: DefaultValue | undefined;
}

interface JoinedService {
  readonly key: KeyColumn;
  readonly spine: Stage;
  readonly rows: Stage;
  readonly compiled: CompiledTrainingSet;
}

interface StoredColumn {
  readonly column: TrainingSetColumn;
  /** `view@version` */
  readonly id: string;
  readonly value: Rendered;
}

const columnName = (index: number): string => `f${index + 1}`;
const timeColumn = (stage: string, index: number): string => `${quoteName(stage)}."_event_time_${index + 1}"`;
const lostColumn = (stage: string, name: string): string => `${quoteName(stage)}.${quoteName(name)}`;

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
  { columns }: CompiledTrainingSet,
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
function spineOf(
  names: (preferred: string) => string,
  known: string,
  { column, default: byDefault }: KeyColumn,
  { views }: Pick<JoinedViews, "views">,
  spine: SpineTable,
  parameters: Parameters,
): Stage {
  const [key] = views[0]?.view.entity.key ?? [];
  const name = names("reached_spine");
  const row = names("of");
  const stored = atom(`${quoteName(known)}.${quoteName(column.name)}`, column.type);
  const value = filled(stored, column.type, byDefault, parameters).text;
  const own = ["_row", "_tenant", "_as_of"].map((each) => `${quoteName(row)}.${quoteName(each)}`);
  return {
    name,
    text: `select ${[...own, `${value} as ${quoteName(key?.name ?? "")}`].join(", ")}
from ${quoteName(known)}
join ${onRow(quoteSpine(spine), row, known)}
where ${value} is not null`,
  };
}

function quoteSpine({ schema, table }: SpineTable): string {
  return quoteTable(schema, table);
}

function onRow(relation: string, alias: string, known: string): string {
  const named = relation === alias ? quoteName(alias) : `${relation} as ${quoteName(alias)}`;
  return `${named} on ${quoteName(alias)}."_row" = ${quoteName(known)}."_row"`;
}

/** Materialized: each stage is read more than once or is planned better alone. */
function withStages(stages: readonly Stage[]): string {
  return `with ${stages.map(({ name, text }) => `${quoteName(name)} as materialized (\n${indent(text)}\n)`).join(",\n")}`;
}

function storedColumns(
  views: readonly TrainingView[],
  known: string,
  own: CompiledTrainingSet,
  joined: readonly JoinedService[],
  parameters: Parameters,
): readonly StoredColumn[] {
  const of = (stage: string, columns: readonly TrainingSetColumn[], isKeyless: boolean) =>
    columns.map((column) => ({ stage, column, isKeyless }));
  const found = [
    ...of(known, own.columns, false),
    ...joined.flatMap(({ key, rows, compiled }) => of(rows.name, compiled.columns, key.column.withoutHistory)),
  ];
  return found.map(({ stage, column, isKeyless }, index) => {
    const stored = atom(`${quoteName(stage)}.${quoteName(column.name)}`, column.type);
    return {
      column: { ...column, name: columnName(index), withoutHistory: column.withoutHistory || isKeyless },
      id: `${column.view}@${column.version}`,
      value: filled(stored, column.type, defaultOf(views, column), parameters),
    };
  });
}
