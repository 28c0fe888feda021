import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Strategy } from "../../feature-definitions/src/compile/source/entities";
import {
  chooseStrategy,
  compileFanOut,
  compileRepeats,
  compileTrainingSet,
  postgresDialect,
  type Statement,
  type TrainingView,
} from "../../feature-definitions/src/compiler";
import { artistActivity } from "./artist-activity";
import { quote, requireEqualTables } from "./compare-tables";
import type { Figure } from "./figure";
import { type Measurement, measurement, ratioOf, timed } from "./measurement";
import type { Options } from "./options";
import type { ReferenceDatabase, Sql } from "./reference-database";
import { shippedView } from "./shipped-views";

const folder = join(import.meta.dirname, "../floors/point_in_time");
const BAR = { kind: "at most", value: 1.25 } as const;

/** A spine of one row per track with 20 features. */
interface SpineCase {
  readonly name: "tracks" | "artists";
  /** The entity's key in the spine, and the expression over tracks that gives it. */
  readonly key: string;
  readonly value: string;
  readonly views: readonly TrainingView[];
}

interface Way {
  readonly name: string;
  readonly run: () => Promise<void>;
  readonly milliseconds: number[];
}

/**
 * Measures training sets of 20 features for one row per track, as of random times of the last year. The floor is the fastest
 * hand-written query for the same table. Ours measures the fan-out, chooses the strategy and runs it.
 */
export async function measurePointInTime(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  const { sql } = database;
  await sql.unsafe("create schema if not exists floors");
  // Windows over 165,000 rows of one artist are read repeatedly if they do not fit into memory, by ours (not done after 14
  // minutes) and by hand (not after 2); with this setting it takes 40 seconds. Decision 0015.
  if (options.tracks > 500_000) await sql.unsafe("set work_mem = '256MB'");
  const figures: Figure[] = [];
  for (const each of spineCases()) {
    await createSpine(sql, each);
    const strategies: Strategy[] = [];
    const ours: Way = { name: "ours", milliseconds: [], run: () => runOurs(sql, each, database.tracks, strategies) };
    const floors = readdirSync(join(folder, each.name))
      .filter((file) => file.endsWith(".sql"))
      .sort()
      .map((file) => floorOf(sql, each, file));
    report(`point-in-time ${each.name}: each query once, compared row by row`);
    await ours.run();
    for (const index of each.views.keys())
      await sql.unsafe(`alter table floors."ours" drop column if exists "_lost_${index + 1}"`);
    for (const floor of floors) {
      await floor.run();
      await requireEqualTables(sql, 'floors."ours"', `floors.${quote(floor.name)}`, ["_row"]);
    }
    for (let round = 0; round < options.rounds; round++) {
      report(`point-in-time ${each.name}: round ${round + 1} of ${options.rounds}`);
      // Alternate the order, since the second one finds different caches.
      const ways = round % 2 === 0 ? [...floors, ours] : [ours, ...floors];
      for (const way of ways) way.milliseconds.push((await timed(way.run)).milliseconds);
    }
    figures.push(figureOf(each.name, ours, floors, strategies));
    await sql.unsafe('drop table featstore."spine"');
  }
  return figures;
}

function spineCases(): readonly SpineCase[] {
  const sentimentFeatures = [
    ...["analyses_90d", "commercial_potential", "confidence", "confidence_avg_90d", "longevity", "mood"],
    ...["positive_share", "quality", "sentiment", "style", "viral_potential"],
  ];
  const activityFeatures = [
    ...["analyses_7d", "analyses_30d", "analyses_90d", "analyses_total", "analyzers_total", "first_analyzed_at"],
    ...["last_analyzed_at", "last_analyzer", "processing_time_avg_30d"],
  ];
  return [
    {
      name: "tracks",
      key: "track_id",
      value: "tracks.id::bigint",
      views: [
        { view: shippedView("lyric_sentiment"), features: sentimentFeatures },
        { view: shippedView("analysis_activity"), features: activityFeatures },
      ],
    },
    {
      name: "artists",
      key: "artist",
      value: "tracks.artist::text",
      views: [{ view: artistActivity, features: artistActivity.features.map(({ name }) => name) }],
    },
  ];
}

async function createSpine(sql: Sql, { key, value }: SpineCase): Promise<void> {
  await sql.unsafe(`
    create unlogged table featstore."spine" as
    select row_number() over (order by tracks.id) - 1 as _row, ''::text as _tenant, ${value} as ${quote(key)},
      -- The same times in every run.
      (select max(created_at) at time zone 'UTC' from analysis_results)
        - make_interval(secs => (hashint4(tracks.id)::bigint + 2147483648) % 31536000) as _as_of
    from tracks`);
  await sql.unsafe('alter table featstore."spine" add primary key (_row)');
  await sql.unsafe('analyze featstore."spine"');
}

const spine = { schema: "featstore", table: "spine" };

async function runOurs(sql: Sql, { views }: SpineCase, spineRows: number, strategies: Strategy[]): Promise<void> {
  const chosen: TrainingView[] = [];
  const [entity] = views.map(({ view }) => view.entity);
  const repeats = entity && compileRepeats(postgresDialect, entity, spine);
  const [storedNames] = repeats ? await sql.unsafe<{ repeats: boolean }[]>(repeats.text, [...repeats.parameters]) : [];
  for (const each of views) {
    let fanOut = { sourceRows: 0, joinedRows: 0 };
    if (storedNames?.repeats === true) {
      const { text, parameters } = compileFanOut(postgresDialect, each.view, spine);
      const [row] = await sql.unsafe<{ source_rows: string; joined_rows: string }[]>(text, [...parameters]);
      fanOut = { sourceRows: Number(row?.source_rows), joinedRows: Number(row?.joined_rows) };
    }
    chosen.push({ ...each, strategy: chooseStrategy(each, spineRows, fanOut) });
  }
  // As for training sets, which count the values that casts lose.
  const { statement, strategies: used } = compileTrainingSet(postgresDialect, {
    views: chosen,
    spine,
    reportsLost: true,
  });
  strategies.splice(0, strategies.length, ...used);
  await createTable(sql, "ours", withParameters(statement));
}

function floorOf(sql: Sql, { name }: SpineCase, file: string): Way {
  const text = readFileSync(join(folder, name, file), "utf8").replace(/;\s*$/, "");
  const floor = file.slice(0, -4);
  return { name: floor, milliseconds: [], run: () => createTable(sql, floor, text) };
}

async function createTable(sql: Sql, name: string, text: string): Promise<void> {
  const table = `floors.${quote(name)}`;
  await sql.unsafe(`drop table if exists ${table}; create unlogged table ${table} as ${text}`);
}

/** Inserts parameters as literals: `create table as` takes no parameters. */
function withParameters({ text, parameters }: Statement): string {
  return text.replaceAll(/\$(\d+)/g, (_placeholder, number: string) => {
    const value = parameters[Number(number) - 1] ?? null;
    return value === null ? "null" : `'${value.replaceAll("'", "''")}'`;
  });
}

function figureOf(name: string, ours: Way, floors: readonly Way[], strategies: readonly Strategy[]): Figure {
  const times = floors.map((floor) => ({ name: floor.name, times: measurement(floor.milliseconds) }));
  const [fastest] = [...times].sort((a, b) => a.times.median - b.times.median);
  if (fastest === undefined) throw new Error(`point-in-time ${name} has no hand-written query`);
  const own: Measurement = measurement(ours.milliseconds);
  return {
    name: `point-in-time ${name}`,
    unit: "ms",
    ours: own,
    floorName: fastest.name,
    floor: fastest.times,
    ratio: ratioOf(own, fastest.times),
    bar: BAR,
    notes: { strategies: [...strategies], floors: times },
  };
}
