import type { FeatureView } from "../ir/nodes";
import type { ValueType } from "../ir/types";
import { type Spine, type Strategy, spineAsOf } from "./entities";
import { knowsThePast } from "./history";
import { spineMembers } from "./members";
import { renderQuery } from "./render-postgres/query";
import { createParameters } from "./render-postgres/rendered";
import { rowsAsOf } from "./rows-as-of";
import { canRun } from "./running-rows";
import { equal, spineRow } from "./source-rows";
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
} from "./sql-tree";
import { namesAround } from "./stages";
import type { Statement } from "./statement";

/** Features of one view version. */
export interface TrainingView {
  readonly view: FeatureView;
  /** Names of features, in the order they are wanted; none twice. */
  readonly features: readonly string[];
  /** `join` by default, and where the view's features allow no other. */
  readonly strategy?: Strategy;
}

/**
 * The table of the spine: `_row` bigint (its primary key, from 0, in spine order), `_tenant` text not null ('' is the
 * shared scope), a column per entity key, named and typed as in the entity, and `_as_of` timestamptz not null. It may have more.
 */
export interface SpineTable {
  readonly schema: string;
  readonly table: string;
}

export interface TrainingSetInput {
  /** All of one entity. */
  readonly views: readonly TrainingView[];
  readonly spine: SpineTable;
}

export interface TrainingSetColumn {
  /** Its name in the statement's result: `f1`, `f2`, … */
  readonly name: string;
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  readonly type: ValueType;
  /** True where the source keeps no history and the feature is not static: it is null in every row. */
  readonly withoutHistory: boolean;
}

export interface CompiledTrainingSet {
  /**
   * Gives every spine row once, in spine order: `_row` bigint, then for each view, from 1, `_event_time_<n>` timestamptz
   * (null where no row of its source was visible), then the columns. A feature is null where the entity is unknown at
   * the as-of time and where the view's row is older then than its ttl; of a member without rows counts are 0. As online,
   * shared views do not look at `_tenant`.
   */
  readonly statement: Statement;
  readonly columns: readonly TrainingSetColumn[];
  /** `view@version` of each view with a column that is null for want of history. */
  readonly withoutHistory: readonly string[];
  /** How each view's rows get to the spine, in the order of the views. */
  readonly strategies: readonly Strategy[];
}

/**
 * Features as they were known at each spine row's as-of time.
 *
 * @throws RangeError if a view has no such feature; `columns` name none twice then.
 * @example
 * const { statement, columns } = compileTrainingSet({
 *   views: [{ view: lyricSentiment.ir, features: ["sentiment", "confidence"] }],
 *   spine: { schema: "featstore", table: "spine_7" },
 * });
 */
export function compileTrainingSet(input: TrainingSetInput): CompiledTrainingSet {
  const views = input.views.map(pickFeatures);
  const parameters = createParameters(1);
  const text = renderQuery(trainingQuery(views, input.spine), parameters);
  const columns = views.flatMap((picked) =>
    picked.features.map((feature) => ({ ...feature, view: picked.view.name, version: picked.view.version })),
  );
  return {
    statement: { text, parameters: parameters.values() },
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
  };
}

interface PickedFeature {
  readonly name: string;
  readonly type: ValueType;
  readonly withoutHistory: boolean;
}

interface PickedView {
  /** With those of its features that are asked for and answered. */
  readonly view: FeatureView;
  readonly features: readonly PickedFeature[];
  readonly strategy: Strategy;
}

function pickFeatures({ view, features: names, strategy = "join" }: TrainingView): PickedView {
  const features = names.map((name) => {
    const feature = view.features.find((candidate) => candidate.name === name);
    if (!feature) throw new RangeError(`${view.name}@${view.version} has no feature ${name}`);
    return { name, type: feature.type, withoutHistory: !knowsThePast(view, feature) };
  });
  const answered = new Set(features.filter((feature) => !feature.withoutHistory).map(({ name }) => name));
  const narrowed = { ...view, features: view.features.filter(({ name }) => answered.has(name)) };
  return { view: narrowed, features, strategy: canRun(narrowed) ? strategy : "join" };
}

function columnName(index: number): string {
  return `f${index + 1}`;
}

interface ViewStage {
  readonly picked: PickedView;
  /** The stage of the view's rows; null where no feature is answered, and none is needed. */
  readonly stage: string | null;
  /** The stage of the spine rows whose entity is a member; null without a population. */
  readonly members: string | null;
}

function trainingQuery(views: readonly PickedView[], { schema, table }: SpineTable): Query {
  const names = namesAround(views.map(({ view }) => view));
  const relation = { kind: "table", schema, table } as const;
  const spine: Spine = { kind: "spine", relation, alias: names("spine"), strategy: "join" };
  const members = new Map<string, Stage>();
  const planned = views.map((picked): ViewStage => {
    const { entity, name, version, features } = picked.view;
    if (features.length === 0) return { picked, stage: null, members: null };
    const stage = names(`${name}_v${version}`);
    if (!entity.population) return { picked, stage, members: null };
    const identity = JSON.stringify([entity.population, entity.key]);
    const of = members.get(identity) ?? spineMembers(names(`${entity.name}_members`), entity.population, entity, spine);
    members.set(identity, of);
    return { picked, stage, members: of.name };
  });
  const memberStages = [...members.values()];
  const viewStages = planned.flatMap(({ stage }) => (stage === null ? [] : [stage]));
  const reserved = [...memberStages.map(({ name }) => name), ...viewStages];
  return {
    kind: "query",
    stages: [
      ...memberStages,
      ...planned.flatMap(({ picked: { view, strategy }, stage }): Stage[] =>
        stage === null ? [] : [{ name: stage, query: rowsAsOf(view, { ...spine, strategy }, reserved) }],
      ),
    ],
    result: select({
      items: resultItems(planned, spine),
      from: joinStages(reserved, spine),
      orderBy: [{ expression: spineRow(spine.alias).expression, descending: false, string: false }],
    }),
  };
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

function resultItems(views: readonly ViewStage[], spine: Spine): readonly Item[] {
  const times = views.map(({ stage, members }, index): Item => {
    const name = `_event_time_${index + 1}`;
    if (stage === null) return { name, expression: { kind: "null", type: "timestamp" } };
    return { name, expression: where(isMember(members), field(stage, "_event_time", "timestamp")) };
  });
  const values = views.flatMap(({ picked, stage, members }) =>
    picked.features.map(({ name, type, withoutHistory }): SqlExpression => {
      if (stage === null || withoutHistory) return { kind: "null", type };
      return where([...isMember(members), ...isFresh(picked.view, stage, spine)], field(stage, name, type));
    }),
  );
  return [
    spineRow(spine.alias),
    ...times,
    ...values.map((expression, index): Item => ({ name: columnName(index), expression })),
  ];
}

/** The value where the conditions hold, else null. */
function where(conditions: readonly SqlExpression[], value: SqlExpression): SqlExpression {
  const when = allOf(conditions);
  return when ? { kind: "case", when, value, otherwise: null } : value;
}

function isMember(members: string | null): readonly SqlExpression[] {
  return members === null ? [] : [isNotNull(spineRow(members).expression)];
}

/** The view's row is not older than its ttl at the spine row's time. */
function isFresh({ ttlSeconds }: FeatureView, stage: string, spine: Spine): readonly SqlExpression[] {
  if (ttlSeconds === null) return [];
  const isExpired: SqlExpression = {
    kind: "comparison",
    operator: "<",
    left: field(stage, "_event_time", "timestamp"),
    right: { kind: "as_of", of: spineAsOf(spine), secondsBefore: ttlSeconds, zone: null },
  };
  return [{ kind: "test", test: "not_true", operand: isExpired }];
}
