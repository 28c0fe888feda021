import {
  chooseStrategy,
  compileFanOut,
  compileJoinedFanOut,
  compileRepeats,
  compileRowsBefore,
  compileServiceTrainingSet,
  engineOf,
  type FanOut,
  type FeatureView,
  type SpineTable,
  type Statement,
  type TrainingView,
} from "@featstore/definitions/compiler";
import { FeatstoreError, settingLabel } from "../core/index";
import { type AppliedView, storedRowsOf } from "./applied-view";
import {
  type EngineJoin,
  groupsJoined,
  type JoinedColumn,
  type JoinedFeature,
  type JoinedFeatures,
  type SpineAt,
} from "./spines";

/** Where a join is planned: an engine that has the spine. */
export interface JoinPlanner {
  readonly engine: string;
  readonly dialect: Parameters<typeof compileFanOut>[0];
  /** The relation with the spine's rows at their times. */
  readonly table: SpineTable;
  /** Runs a statement that returns one row. */
  row(statement: Statement): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** Measures the join of a spine with each view's source and chooses the plans: see `Spines.planJoin`. */
export async function planJoin(
  { engine, dialect, table, row }: JoinPlanner,
  spine: SpineAt,
  { features, needed, computed, inputs }: JoinedFeatures,
  maxJoinedRows: number,
): Promise<EngineJoin> {
  const read = [...features, ...needed];
  const order: AppliedView[] = [];
  const joinedRows: number[] = [];
  const beforeHistory: number[] = [];
  const rowsBefore = async (since: string): Promise<number> =>
    Number((await row(compileRowsBefore(dialect, table, since)))?.rows ?? 0);
  const direct = read.filter(({ through }) => through === undefined);
  const entity = direct[0]?.registered.view.entity;
  const repeats = entity === undefined ? undefined : await row(compileRepeats(dialect, entity, table));
  const isRepeating = String(repeats?.repeats) === "true";
  const fanOutOf = async (view: FeatureView, key: JoinedFeature["through"]): Promise<FanOut> => {
    const isStored = engineOf(view.source) !== engine; // only its stored rows are read
    if (isStored || (key === undefined && !isRepeating)) return { sourceRows: 0, joinedRows: 0 };
    const measured = await row(
      key === undefined
        ? compileFanOut(dialect, view, table)
        : compileJoinedFanOut(dialect, view, { view: key.registered.view, feature: key.feature.name }, table),
    );
    return { sourceRows: Number(measured?.source_rows ?? 0), joinedRows: Number(measured?.joined_rows ?? 0) };
  };
  const viewsOf = async (group: readonly JoinedFeature[]): Promise<readonly TrainingView[]> => {
    const views: TrainingView[] = [];
    for (const registered of new Set(group.map((each) => each.registered))) {
      const { view } = registered;
      const own = group.filter((each) => each.registered === registered);
      const names = [...new Set(own.map(({ feature }) => feature.name))];
      const fanOut = await fanOutOf(view, own[0]?.through);
      const strategy = chooseStrategy({ view, features: names }, spine.rows, fanOut);
      if (strategy === "join" && fanOut.joinedRows > maxJoinedRows) throw tooCostly(view, fanOut, maxJoinedRows);
      const storedRows = storedRowsOf(registered);
      order.push(registered);
      views.push({ view, features: names, strategy, ...(storedRows === null ? {} : { stored: storedRows }) });
      joinedRows.push(fanOut.joinedRows);
      beforeHistory.push(storedRows === null ? 0 : await rowsBefore(storedRows.since));
    }
    return views;
  };
  const views = await viewsOf(direct);
  const joined = [];
  for (const group of groupsJoined(read)) {
    const [first] = group;
    if (first?.through === undefined) continue;
    const { registered, feature } = first.through;
    const key = { view: registered.view.name, version: registered.view.version, feature: feature.name };
    joined.push({ key, views: await viewsOf(group) });
  }
  const compiled = compileServiceTrainingSet(dialect, {
    ...{ views, joined, computed, inputs, spine: table },
    reportsLost: true,
  });
  const columns = features.map(({ registered, feature }) => {
    const { view } = registered;
    const column = compiled.columns.find(
      (each) => each.view === view.name && each.version === view.version && each.feature === feature.name,
    );
    if (column === undefined) throw new Error(`The statement has no ${view.name}@${view.version}.${feature.name}`);
    return { ...column, view: order.indexOf(registered) };
  });
  return {
    ...{ kind: "engine", engine, spine, compiled, strategies: compiled.strategies },
    views: order.map(({ view }) => view),
    columns: [
      ...columns.map(({ name, type, view }): JoinedColumn => ({ name, type, view })),
      ...compiled.computed.map(({ name, feature }): JoinedColumn => ({ name, type: feature.type, view: null })),
    ],
    withoutHistory: columns.map((column) => column.withoutHistory),
    joinedRows,
    beforeHistory,
  };
}

function tooCostly(
  { name, version }: FeatureView,
  { joinedRows }: { readonly joinedRows: number },
  max: number,
): FeatstoreError {
  const label = `${name}@${version}`;
  return new FeatstoreError(
    "training_set_too_costly",
    `"${label}" has aggregates that do not merge, and ${joinedRows} pairs of source and spine rows to examine; ${settingLabel("training_sets.joined_rows")} allows ${max}. Request fewer rows or times, or leave those features out.`,
    { errors: [{ path: label, detail: `${joinedRows} pairs, of at most ${max}` }] },
  );
}
