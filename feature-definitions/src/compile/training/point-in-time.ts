import type { Entity, FeatureView } from "../../ir/nodes";
import type { ValueType } from "../../ir/types";
import type { Spine, SpineTable, Strategy } from "../source/entities";
import { knowsThePast } from "../source/history";
import { spineMembers } from "../source/members";
import { equal, spineRow } from "../source/source-rows";
import { namesAround } from "../source/stages";
import { findsLastTimes } from "../strategies/latest-rows";
import { rowsAsOf } from "../strategies/rows-as-of";
import { canRun } from "../strategies/running-rows";
import type { DialectTraits } from "../tree/dialect-traits";
import {
  allOf,
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
import type { Statement } from "../tree/statement";
import { joinToSpine } from "./join-to-spine";
import { mergeableBy, mergeViews } from "./merged-views";
import { readStoredRows, STORED_EXPIRED, STORED_TIME, type StoredRows } from "./stored-rows";

/** Selected features of one view version. */
export interface TrainingView {
  readonly view: FeatureView;
  /** Names of features in result order, without duplicates. */
  readonly features: readonly string[];
  /** Default: `join`, which is also used if the view's features allow no other strategy or gain nothing by it. */
  readonly strategy?: Strategy;
  /** The stored history, for features whose source keeps none. If absent, these features are null. */
  readonly stored?: StoredRows;
}

export interface TrainingSetInput {
  /** All of one entity. */
  readonly views: readonly TrainingView[];
  readonly spine: SpineTable;
  /** True if the statement also reports which features lost a value to a cast. Default: false. */
  readonly reportsLost?: boolean;
}

export interface TrainingSetColumn {
  /** Its name in the statement's result: `f1`, `f2`, … */
  readonly name: string;
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  readonly type: ValueType;
  /** True if the source keeps no history, the feature is not static and nothing is stored: it is null in every row. */
  readonly withoutHistory: boolean;
}

export interface CompiledTrainingSet {
  /**
   * Returns every spine row once, in spine order: `_row` bigint, then for each view, from 1, `_event_time_<n>`
   * timestamptz (null if no row of its source was visible), then the columns. A feature is null if the entity is
   * unknown at the as-of time or if the view's row is then older than its ttl; for a member without rows, counts are 0.
   * As in online reads, shared views ignore `_tenant`.
   */
  readonly statement: Statement;
  readonly columns: readonly TrainingSetColumn[];
  /** `view@version` of each view with a column that is null because history is missing. */
  readonly withoutHistory: readonly string[];
  /** The strategy used for each view, in the order of the views. */
  readonly strategies: readonly Strategy[];
  /**
   * For each view, in order: `_lost_<n>` if its features can lose a value to a cast, else null. All are null unless
   * lost values are requested. The column is text[]: the features that are null, or were computed from fewer values,
   * because a value visible at the spine row's time did not parse or fit; null if there are none. Features that are
   * null for another reason (unknown entity, expired row) do not count as lost, nor do those read from stored history.
   */
  readonly lost: readonly (string | null)[];
}

/** The query of a training set, and what the columns of its result hold. */
export interface TrainingSetQuery extends Omit<CompiledTrainingSet, "statement"> {
  readonly query: Query;
}

/**
 * Returns the query for features as they were known at each spine row's as-of time.
 *
 * @throws RangeError if a view has no such feature; without this error, `columns` has no duplicates.
 */
export function trainingSetQuery(
  { views: input, spine, reportsLost = false }: TrainingSetInput,
  traits: DialectTraits,
): TrainingSetQuery {
  const views = input.map((each) => selectFeatures(each, traits));
  const query = queryOf(views, spine, reportsLost, traits);
  const items = new Set(query.result.items.map(({ name }) => name));
  const columns = views.flatMap((selected) =>
    selected.features.map((feature) => ({ ...feature, view: selected.view.name, version: selected.view.version })),
  );
  return {
    query,
    columns: columns.map((column, index) => ({
      name: columnName(index),
      view: column.view,
      version: column.version,
      feature: column.name,
      type: column.type,
      withoutHistory: column.withoutHistory,
    })),
    withoutHistory: views
      .filter(({ features }) => features.some((feature) => feature.withoutHistory))
      .map(({ view }) => `${view.name}@${view.version}`),
    strategies: views.map(({ strategy }) => strategy),
    lost: views.map((_, index) => (items.has(lostName(index)) ? lostName(index) : null)),
  };
}

interface SelectedFeature {
  readonly name: string;
  readonly type: ValueType;
  readonly withoutHistory: boolean;
  /** True if it is read from the stored history. */
  readonly isStored: boolean;
}

interface SelectedView {
  /** The view with only those requested features that are computed from the source. */
  readonly view: FeatureView;
  readonly features: readonly SelectedFeature[];
  readonly stored: StoredRows | null;
  readonly strategy: Strategy;
}

function selectFeatures(
  { view, features: names, strategy = "join", stored }: TrainingView,
  traits: DialectTraits,
): SelectedView {
  const features = names.map((name) => {
    const feature = view.features.find((candidate) => candidate.name === name);
    if (!feature) throw new RangeError(`${view.name}@${view.version} has no feature ${name}`);
    const isKnown = knowsThePast(view, feature);
    return {
      name,
      type: feature.type,
      withoutHistory: !isKnown && !stored,
      isStored: !isKnown && stored !== undefined,
    };
  });
  const computable = new Set(features.filter((each) => !each.withoutHistory && !each.isStored).map(({ name }) => name));
  const narrowed = { ...view, features: view.features.filter(({ name }) => computable.has(name)) };
  const isRunning = canRun(narrowed) && !findsLastTimes(narrowed, traits);
  return { view: narrowed, features, stored: stored ?? null, strategy: isRunning ? strategy : "join" };
}

function columnName(index: number): string {
  return `f${index + 1}`;
}

function lostName(view: number): string {
  return `_lost_${view + 1}`;
}

interface ViewRows {
  /** The column of the view's event time. */
  readonly time: SqlExpression;
  /** By the feature's name. */
  readonly values: ReadonlyMap<string, SqlExpression>;
  /** True if the view knows the entity at the spine row's time. */
  readonly isKnown: SqlExpression;
  readonly expired: SqlExpression | null;
  /** The names of its features that lost a value to a cast; null if none can. */
  readonly lost: SqlExpression | null;
}

function queryOf(
  views: readonly SelectedView[],
  { schema, table }: SpineTable,
  reportsLost: boolean,
  traits: DialectTraits,
): Query {
  const names = namesAround(views.map(({ view }) => view));
  const relation = { kind: "table", schema, table } as const;
  const spine: Spine = { kind: "spine", relation, alias: names("spine"), strategy: "join", reportsLost };
  const groups = mergeGroups(views.filter(({ view }) => view.features.length > 0));
  const members = new Map<string, Stage>();
  for (const [{ view }] of groups) {
    const { entity } = view;
    if (!entity.population || members.has(identityOf(entity))) continue;
    const name = names(`${entity.name}_members`);
    members.set(identityOf(entity), spineMembers(name, entity.population, entity, spine, traits));
  }
  const named = groups.map((group) => {
    const [{ view }, ...others] = group;
    return { group, name: names(others.length === 0 ? `${view.name}_v${view.version}` : `${view.source.name}_views`) };
  });
  const memberStages = [...members.values()];
  const storedStages = new Map<SelectedView, Stage>();
  for (const selected of views) {
    const { view, features } = selected;
    const storedNames = features.filter(({ isStored }) => isStored).map(({ name }) => name);
    if (selected.stored === null || storedNames.length === 0) continue;
    const query = readStoredRows(view, storedNames, selected.stored, spine);
    storedStages.set(selected, { name: names(`${view.name}_v${view.version}_kept`), query });
  }
  const reserved = [...memberStages, ...storedStages.values(), ...named].map(({ name }) => name);
  const stages: Stage[] = [];
  const rows = new Map<SelectedView, ViewRows>();
  for (const { group, name } of named) {
    const [{ view, strategy }, ...others] = group;
    const merged = mergeViews([view, ...others.map((other) => other.view)]);
    const lifetimes = merged.parts.map(({ time }, index) => ({
      time,
      ttlSeconds: group[index]?.view.ttlSeconds ?? null,
    }));
    const joined = joinToSpine(rowsAsOf(merged.view, { ...spine, strategy }, traits, reserved), name, lifetimes);
    stages.push(joined.stage);
    const ofMembers = members.get(identityOf(view.entity));
    for (const [index, { time, columns }] of merged.parts.entries()) {
      const selected = group[index];
      const column = (of: string): SqlExpression => joined.columns.get(of) ?? { kind: "null", type: null };
      // Without a population an entity is known by its rows, and the stage may contain rows of other views.
      const byRows = others.length === 0 ? spineRow(name).expression : column(time);
      if (!selected) continue;
      rows.set(selected, {
        time: column(time),
        values: new Map([...columns].map(([feature, of]) => [feature, column(of)])),
        isKnown: isNotNull(ofMembers ? spineRow(ofMembers.name).expression : byRows),
        expired: joined.expired[index] ?? null,
        lost: lostOfPart(joined.columns.get("_unparsed"), columns),
      });
    }
  }
  return {
    kind: "query",
    stages: [...memberStages, ...storedStages.values(), ...stages],
    result: select({
      items: resultItems(views, rows, storedStages, spine),
      from: joinStages(reserved, spine),
      orderBy: [{ expression: spineRow(spine.alias).expression, descending: false, string: false }],
    }),
  };
}

/** Selects the features of one part from the names of a merged view's features and restores their original names. */
function lostOfPart(
  unparsed: SqlExpression | undefined,
  columns: ReadonlyMap<string, string>,
): Extract<SqlExpression, { kind: "names" }> | null {
  if (unparsed?.kind !== "names") return null;
  const entries = [...columns].flatMap(([name, merged]) =>
    unparsed.entries.filter((entry) => entry.name === merged).map(({ when }) => ({ name, when })),
  );
  return entries.length === 0 ? null : { kind: "names", entries };
}

function identityOf({ population, key }: Entity): string {
  return JSON.stringify([population, key]);
}

type Group = readonly [SelectedView, ...SelectedView[]];

/** The groups of views that are compiled together, ordered by the first view of each. */
function mergeGroups(views: readonly SelectedView[]): readonly Group[] {
  const groups = new Map<unknown, Group>();
  for (const selected of views) {
    const identity = mergeableBy(selected.view, selected.strategy) ?? selected;
    const known = groups.get(identity);
    groups.set(identity, known ? [...known, selected] : [selected]);
  }
  return [...groups.values()];
}

function joinStages(stages: readonly string[], spine: Spine): From {
  const row = spineRow(spine.alias).expression;
  const joins = stages.map((name): From["joins"][number] => ({
    kind: "left",
    relation: { kind: "stage", name },
    alias: name,
    on: [equal(spineRow(name).expression, row)],
  }));
  return from(spine.relation, spine.alias, joins);
}

function resultItems(
  views: readonly SelectedView[],
  rows: ReadonlyMap<SelectedView, ViewRows>,
  storedStages: ReadonlyMap<SelectedView, Stage>,
  spine: Spine,
): readonly Item[] {
  const times = views.map((selected, index): Item => {
    const of = rows.get(selected);
    const stage = storedStages.get(selected)?.name;
    const time: SqlExpression = stage ? field(stage, STORED_TIME, "timestamp") : { kind: "null", type: "timestamp" };
    return { name: `_event_time_${index + 1}`, expression: of ? where([of.isKnown], of.time) : time };
  });
  const freshnessOf = ({ expired }: ViewRows): readonly SqlExpression[] =>
    expired ? [{ kind: "test", test: "not_true", operand: expired }] : [];
  const lost = views.flatMap((selected, index): readonly Item[] => {
    const of = rows.get(selected);
    if (!of?.lost) return [];
    return [{ name: lostName(index), expression: where([of.isKnown, ...freshnessOf(of)], of.lost) }];
  });
  const values = views.flatMap((selected) =>
    selected.features.map(({ name, type, withoutHistory, isStored }): SqlExpression => {
      const stage = isStored ? storedStages.get(selected)?.name : undefined;
      if (stage !== undefined) {
        const isFresh: SqlExpression = {
          kind: "test",
          test: "not_true",
          operand: field(stage, STORED_EXPIRED, "bool"),
        };
        return where([isFresh], field(stage, name, type));
      }
      const of = rows.get(selected);
      const value = of?.values.get(name);
      if (!of || !value || withoutHistory) return { kind: "null", type };
      return where([of.isKnown, ...freshnessOf(of)], value);
    }),
  );
  return [
    spineRow(spine.alias),
    ...times,
    ...lost,
    ...values.map((expression, index): Item => ({ name: columnName(index), expression })),
  ];
}

/** The value if the conditions hold, else null. */
function where(conditions: readonly SqlExpression[], value: SqlExpression): SqlExpression {
  const when = allOf(conditions);
  return when ? { kind: "case", when, value, otherwise: null } : value;
}
