import { instantText } from "../../feature-definitions/src/compiler";
import type { MaterializeDependencies, MaterializedView } from "../../server/src/materialization/materialization";
import { materialize } from "../../server/src/materialization/materialize";
import { quote, requireEqualTables } from "./compare-tables";
import type { Figure } from "./figure";
import { type FloorQuery, floorQueries, floorViews } from "./floor-queries";
import { withMaterializer } from "./materializer";
import { type Measurement, measurement, ratioOf, timed } from "./measurement";
import type { Options } from "./options";
import type { ReferenceDatabase, Sql } from "./reference-database";
import { keyOf } from "./shipped-views";

const BAR = { kind: "at most", value: 1.15 } as const;
const PROFILE_BAR = { kind: "at most", value: 0.5 } as const;

/** A strategy's times and PostgreSQL's plan. */
interface FloorTimes {
  readonly query: FloorQuery;
  readonly milliseconds: number[];
  readonly plan: unknown;
}

interface ViewTimes {
  readonly view: string;
  readonly ours: number[];
  readonly profiles: number[];
  readonly phases: MaterializedView["durations"][];
  readonly floors: readonly FloorTimes[];
}

/**
 * Measures the full materialization of each shipped view, from taking the lease to the published generation. The floor is
 * the fastest hand-written query that creates the same table with the same primary key, and nothing more.
 */
export async function measureMaterialization(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  return withMaterializer(database.url, async (dependencies) => {
    await database.sql.unsafe("create schema floors");
    const [now] = await database.sql<{ microseconds: string }[]>`
      select (extract(epoch from clock_timestamp()) * 1000000)::bigint::text as microseconds`;
    const asOf = BigInt(now?.microseconds ?? 0);
    const views: ViewTimes[] = [];
    for (const view of floorViews()) {
      report(`${view}: each strategy once, compared row by row`);
      views.push(await prepareView(database.sql, dependencies, view, asOf));
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const view of views) {
        report(`${view.view}: round ${round + 1} of ${options.rounds}`);
        await measureRound(database.sql, dependencies, view, asOf, round);
      }
    }
    return figuresOf(views);
  });
}

/** Runs ours and every strategy once, to warm the caches and to check that they agree. */
async function prepareView(
  sql: Sql,
  dependencies: MaterializeDependencies,
  view: string,
  asOf: bigint,
): Promise<ViewTimes> {
  const published = await run(dependencies, view, asOf);
  const table = `features.${quote(`${view}_v${published.version}_g${published.generation}`)}`;
  const floors: FloorTimes[] = [];
  for (const query of floorQueries(view)) {
    const floor = tableOf(query);
    const [explained] = await sql.unsafe<Record<string, unknown>[]>(
      `explain (analyze, buffers, format json) create table ${floor} as ${withAsOf(query.text, asOf)}`,
    );
    await requireEqualTables(sql, table, floor, keyOf(view));
    await sql.unsafe(`drop table ${floor}`);
    floors.push({ query, milliseconds: [], plan: explained?.["QUERY PLAN"] });
  }
  return { view, ours: [], profiles: [], phases: [], floors };
}

async function measureRound(
  sql: Sql,
  dependencies: MaterializeDependencies,
  view: ViewTimes,
  asOf: bigint,
  round: number,
): Promise<void> {
  const floors = async () => {
    const key = keyOf(view.view).join(", ");
    for (const floor of view.floors) {
      const table = tableOf(floor.query);
      const text = withAsOf(floor.query.text, asOf);
      const { milliseconds } = await timed(() =>
        sql.unsafe(`begin; create table ${table} as ${text}; alter table ${table} add primary key (${key}); commit`),
      );
      floor.milliseconds.push(milliseconds);
      await sql.unsafe(`drop table ${table}`);
    }
  };
  const own = async () => {
    const { durations, profileMs } = await run(dependencies, view.view, asOf);
    if (profileMs === null) throw new Error(`${view.view} has no profile`);
    view.profiles.push(profileMs);
    // Without dropping older generations: the floor's table is also dropped outside its time.
    view.ours.push(Object.values(durations).reduce((total, phase) => total + phase, 0));
    view.phases.push(durations);
  };
  // Alternate the order, since the second one finds different caches.
  for (const step of round % 2 === 0 ? [floors, own] : [own, floors]) await step();
}

async function run(dependencies: MaterializeDependencies, view: string, asOf: bigint): Promise<MaterializedView> {
  const { views } = await materialize(dependencies, { views: [view], asOf });
  const [published] = views;
  if (published?.state !== "published") throw new Error(`${view} was not published: ${published?.failure?.message}`);
  return published;
}

function figuresOf(views: readonly ViewTimes[]): readonly Figure[] {
  const figures = views.map((view): Figure => {
    const floors = view.floors.map((floor) => ({ floor, times: measurement(floor.milliseconds) }));
    const [fastest] = [...floors].sort((a, b) => a.times.median - b.times.median);
    if (fastest === undefined) throw new Error(`${view.view} has no hand-written query`);
    return figureOf(view.view, measurement(view.ours), fastest.floor.query.strategy, fastest.times, {
      phases: view.phases,
      strategies: floors.map(({ floor, times }) => ({ name: floor.query.strategy, times, plan: floor.plan })),
    });
  });
  const sum = (pick: (figure: Figure) => Measurement): Measurement => {
    const rounds = figures[0] === undefined ? [] : pick(figures[0]).rounds;
    return measurement(
      rounds.map((_, round) => figures.reduce((total, figure) => total + (pick(figure).rounds[round] ?? 0), 0)),
    );
  };
  return [
    ...figures,
    figureOf(
      "all views",
      sum((figure) => figure.ours),
      "the fastest of each",
      sum((figure) => figure.floor),
      {},
    ),
    ...profileFigures(views),
  ];
}

/** Compares the profile of each generation with its materialization. */
function profileFigures(views: readonly ViewTimes[]): readonly Figure[] {
  const total = (pick: (view: ViewTimes) => readonly number[]): readonly number[] =>
    (views[0]?.ours ?? []).map((_, round) => views.reduce((sum, view) => sum + (pick(view)[round] ?? 0), 0));
  const figure = (name: string, profiles: readonly number[], runs: readonly number[]): Figure => {
    const [ours, floor] = [measurement(profiles), measurement(runs)];
    const ratio = ratioOf(ours, floor);
    return {
      name: `profile ${name}`,
      unit: "ms",
      ours,
      floorName: "its run",
      floor,
      ratio,
      bar: PROFILE_BAR,
      notes: {},
    };
  };
  return [
    ...views.map(({ view, profiles, ours }) => figure(view, profiles, ours)),
    figure(
      "all views",
      total(({ profiles }) => profiles),
      total(({ ours }) => ours),
    ),
  ];
}

function figureOf(
  name: string,
  ours: Measurement,
  floorName: string,
  floor: Measurement,
  notes: Readonly<Record<string, unknown>>,
): Figure {
  return {
    name: `materialize ${name}`,
    unit: "ms",
    ours,
    floorName,
    floor,
    ratio: ratioOf(ours, floor),
    bar: BAR,
    notes,
  };
}

function tableOf({ view, strategy }: FloorQuery): string {
  return `floors.${quote(`${view}_${strategy}`)}`;
}

/** Inserts the time as a literal: `create table as` takes no parameters. */
function withAsOf(text: string, asOf: bigint): string {
  const literal = `timestamptz '${instantText(asOf)}'`;
  return text.replaceAll("$1", literal).replace(/;\s*$/, "");
}
