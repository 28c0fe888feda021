import {
  type CompiledServiceTrainingSet,
  chooseStrategy,
  compileFanOut,
  compileJoinedFanOut,
  compileRepeats,
  compileServiceTrainingSet,
  type Entity,
  type FanOut,
  type FeatureView,
  postgresDialect,
  type SpineTable,
  type TrainingView,
} from "@featstore/definitions/compiler";
import { FeatstoreError, settingLabel } from "../../core/index";
import type { CallOptions, Database } from "../../database/index";
import { storedRowsOf } from "../../point-in-time/index";
import { versionLabel } from "../../registry/index";
import type { PlannedFeature, TrainingPlan } from "./plan-types";
import { groupsJoined } from "./training-plan";

type CompiledPart = Pick<TrainingPlan, "features" | "needed" | "computed" | "inputs">;

/** The compiled statement over a spine's table, with the result column of each feature. */
export interface PlannedStatement {
  readonly compiled: CompiledServiceTrainingSet;
  /** The result column (`f3`) of each of `columnsMade`, in order. */
  readonly names: readonly string[];
  /** For each feature in the plan's order, true if its source keeps no history, so that every value is null. */
  readonly withoutHistory: readonly boolean[];
  /** Measured pairs of source and spine rows that each view's join examines, in the order of the views. */
  readonly joinedRows: readonly number[];
  /** Spine rows earlier than the stored history of a view whose source has none; in the order of the views. */
  readonly beforeHistory: readonly number[];
}

/**
 * Measures the join of a loaded spine with each view's source and compiles the cheaper plan of each view.
 * Errors: `training_set_too_costly` if an unavoidable join examines more pairs than allowed.
 */
export async function compilePlan(
  database: Database,
  plan: CompiledPart,
  spine: { readonly table: string; readonly rows: number },
  maxJoinedRows: number,
  options: CallOptions,
): Promise<PlannedStatement> {
  const table = { schema: "featstore", table: spine.table };
  const { features, computed, inputs } = plan;
  const read = [...features, ...plan.needed];
  const joinedRows: number[] = [];
  const beforeHistory: number[] = [];
  const rowsBefore = async (since: string): Promise<number> => {
    const text = `select count(*)::integer as rows from featstore."${spine.table}" where _as_of < $1::text::timestamptz`;
    const [row] = await database.query<{ rows: number }>({ text, parameters: [since] }, options);
    return row?.rows ?? 0;
  };
  const direct = read.filter(({ through }) => through === undefined);
  const entity = direct[0]?.registered.view.entity;
  const isRepeating = entity !== undefined && (await repeats(database, entity, table, options));
  const fanOutOf = async (view: FeatureView, key: PlannedFeature["through"]): Promise<FanOut> => {
    if (key === undefined && !isRepeating) return { sourceRows: 0, joinedRows: 0 };
    const measured =
      key === undefined
        ? compileFanOut(postgresDialect, view, table)
        : compileJoinedFanOut(postgresDialect, view, { view: key.registered.view, feature: key.feature.name }, table);
    const [row] = await database.query<{ source_rows: string; joined_rows: string }>(measured, options);
    return { sourceRows: Number(row?.source_rows ?? 0), joinedRows: Number(row?.joined_rows ?? 0) };
  };
  const viewsOf = async (group: readonly PlannedFeature[]): Promise<readonly TrainingView[]> => {
    const views: TrainingView[] = [];
    for (const registered of new Set(group.map((each) => each.registered))) {
      const { view } = registered;
      const own = group.filter((each) => each.registered === registered);
      const names = [...new Set(own.map(({ feature }) => feature.name))];
      const fanOut = await fanOutOf(view, own[0]?.through);
      const strategy = chooseStrategy({ view, features: names }, spine.rows, fanOut);
      if (strategy === "join" && fanOut.joinedRows > maxJoinedRows)
        throw tooCostly(versionLabel(registered), fanOut, maxJoinedRows);
      const storedRows = storedRowsOf(registered);
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
  const compiled = compileServiceTrainingSet(postgresDialect, {
    ...{ views, joined, computed, inputs, spine: table },
    reportsLost: true,
  });
  const columns = features.map(({ registered: { view }, feature }) => {
    const column = compiled.columns.find(
      (each) => each.view === view.name && each.version === view.version && each.feature === feature.name,
    );
    if (column === undefined) throw new Error(`The statement has no ${view.name}@${view.version}.${feature.name}`);
    return column;
  });
  return {
    compiled,
    names: [...columns, ...compiled.computed].map(({ name }) => name),
    withoutHistory: columns.map(({ withoutHistory }) => withoutHistory),
    joinedRows,
    beforeHistory,
  };
}

async function repeats(database: Database, entity: Entity, spine: SpineTable, options: CallOptions): Promise<boolean> {
  const [row] = await database.query<{ repeats: boolean | null }>(
    compileRepeats(postgresDialect, entity, spine),
    options,
  );
  return row?.repeats === true;
}

function tooCostly(label: string, { joinedRows }: { readonly joinedRows: number }, max: number): FeatstoreError {
  return new FeatstoreError(
    "training_set_too_costly",
    `"${label}" has aggregates that do not merge, and ${joinedRows} pairs of source and spine rows to examine; ${settingLabel("training_sets.joined_rows")} allows ${max}. Request fewer rows or times, or leave those features out.`,
    { errors: [{ path: label, detail: `${joinedRows} pairs, of at most ${max}` }] },
  );
}
