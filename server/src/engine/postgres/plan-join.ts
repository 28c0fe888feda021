import {
  chooseStrategy,
  compileFanOut,
  compileJoinedFanOut,
  compileRepeats,
  compileServiceTrainingSet,
  type FanOut,
  type FeatureView,
  postgresDialect,
  type TrainingView,
} from "@featstore/definitions/compiler";
import { FeatstoreError, settingLabel } from "../../core/index";
import { type CallOptions, type Database, ownQuery } from "../../database/index";
import { type AppliedView, storedRowsOf } from "../applied-view";
import { groupsJoined, type JoinedColumn, type JoinedFeature, type SpineAt, type Spines } from "../spines";
import { spineTable } from "./spine-tables";

/** Plans the join of a spine: see `Spines.planJoin`. */
export function createPlanJoin(database: Database): Spines["planJoin"] {
  return async (spine, { features, needed, computed, inputs }, maxJoinedRows, options) => {
    const table = { schema: "featstore", table: await tableAt(database, spine, options) };
    const read = [...features, ...needed];
    const order: AppliedView[] = [];
    const joinedRows: number[] = [];
    const beforeHistory: number[] = [];
    const rowsBefore = async (since: string): Promise<number> => {
      const text = `select count(*)::integer as rows from featstore."${table.table}" where _as_of < $1::text::timestamptz`;
      const [row] = await database.query<{ rows: number }>({ text, parameters: [since] }, options);
      return row?.rows ?? 0;
    };
    const direct = read.filter(({ through }) => through === undefined);
    const entity = direct[0]?.registered.view.entity;
    const [repeating] =
      entity === undefined
        ? []
        : await database.query<{ repeats: boolean | null }>(compileRepeats(postgresDialect, entity, table), options);
    const isRepeating = repeating?.repeats === true;
    const fanOutOf = async (view: FeatureView, key: JoinedFeature["through"]): Promise<FanOut> => {
      if (key === undefined && !isRepeating) return { sourceRows: 0, joinedRows: 0 };
      const measured =
        key === undefined
          ? compileFanOut(postgresDialect, view, table)
          : compileJoinedFanOut(postgresDialect, view, { view: key.registered.view, feature: key.feature.name }, table);
      const [row] = await database.query<{ source_rows: string; joined_rows: string }>(measured, options);
      return { sourceRows: Number(row?.source_rows ?? 0), joinedRows: Number(row?.joined_rows ?? 0) };
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
    const compiled = compileServiceTrainingSet(postgresDialect, {
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
      compiled,
      columns: [
        ...columns.map(({ name, type, view }): JoinedColumn => ({ name, type, view })),
        ...compiled.computed.map(({ name, feature }): JoinedColumn => ({ name, type: feature.type, view: null })),
      ],
      withoutHistory: columns.map((column) => column.withoutHistory),
      joinedRows,
      beforeHistory,
    };
  };
}

/** Returns the relation in schema `featstore` that has the spine's rows at their later times. */
async function tableAt(
  database: Database,
  { id, secondsLater }: SpineAt,
  options: CallOptions | undefined,
): Promise<string> {
  if (secondsLater === 0) return spineTable({ id });
  const [row] = await ownQuery<{ result: string }>(
    database,
    {
      text: "select featstore.shift_training_spine($1::text, $2::text::bigint) as result",
      parameters: [id, String(secondsLater)],
    },
    options,
  );
  if (!row) throw new Error("The shifted spine has no name");
  return row.result;
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
