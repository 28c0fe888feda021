import { instantText } from "../../feature-definitions/src/compiler";
import type { MaterializeDependencies, MaterializedView } from "../../server/src/materialization/materialization";
import { materialize } from "../../server/src/materialization/materialize";
import { quote, requireEqualTables } from "./compare-tables";
import type { Figure } from "./figure";
import { withMaterializer } from "./materializer";
import { measurement, ratioOf, timed } from "./measurement";
import type { Options } from "./options";
import type { ReferenceDatabase, Sql } from "./reference-database";
import { keyOf } from "./shipped-views";

const HOUR = 3_600_000_000n;
const NEW_SHARE = 0.01;

interface Round {
  readonly full: number;
  readonly incremental: number;
  /** The number of entities, over all views, that the incremental run computed. */
  readonly recomputed: number;
  readonly views: readonly Pick<MaterializedView, "view" | "rows" | "recomputed" | "durations">[];
}

/**
 * Measures an incremental run of all shipped views, an hour after a full one, with 1 % new analyses of recently active
 * tracks: from the search for changes to the last published generation. Compares with full runs of the same views, with
 * indexes on `track_id` and `created_at` and without any.
 */
export async function measureIncremental(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  return withMaterializer(database.url, async (dependencies) => {
    const [now] = await database.sql<{ microseconds: string }[]>`
      select (extract(epoch from clock_timestamp()) * 1000000)::bigint::text as microseconds`;
    // An hour for each round of either kind, and for the warm-up round.
    let asOf = BigInt(now?.microseconds ?? 0) - BigInt(2 * options.rounds + 3) * HOUR;
    const rounds = async (kind: string): Promise<readonly Round[]> => {
      const done: Round[] = [];
      for (let round = 0; round < options.rounds; round++) {
        report(`incremental ${kind}: round ${round + 1} of ${options.rounds}`);
        done.push(await measureRound(database, dependencies, asOf));
        asOf += HOUR;
      }
      return done;
    };
    report("incremental: once, compared row by row with a full run");
    await proveEqual(database, dependencies, asOf);
    asOf += HOUR;
    await dropIndexes(database.sql);
    const without = await rounds("without indexes");
    for (const column of ["track_id", "created_at"]) {
      await database.sql.unsafe(`create index on analysis_results (${column})`);
    }
    const indexed = await rounds("with indexes");
    const bar = { kind: "at most", value: options.tracks > 500_000 ? 0.1 : 0.25 } as const;
    return [figureOf("incremental run, indexed", indexed, bar), figureOf("incremental run, no index", without, null)];
  });
}

async function measureRound(
  { sql, analyses }: ReferenceDatabase,
  dependencies: MaterializeDependencies,
  asOf: bigint,
): Promise<Round> {
  const full = await run(dependencies, "full", asOf);
  await addAnalyses(sql, asOf, Math.round(analyses * NEW_SHARE), analyses);
  const { milliseconds, result } = await timed(() => run(dependencies, "incremental", asOf + HOUR));
  const sum = (pick: (view: MaterializedView) => number) => result.reduce((total, view) => total + pick(view), 0);
  return {
    // Without profiles and dropping older generations, which come after publishing.
    full: full.reduce((total, { durations }) => total + Object.values(durations).reduce((a, b) => a + b, 0), 0),
    incremental: milliseconds,
    recomputed: sum((view) => view.recomputed ?? 0) / sum((view) => view.rows ?? 0),
    views: result.map(({ view, rows, recomputed, durations }) => ({ view, rows, recomputed, durations })),
  };
}

async function run(
  dependencies: MaterializeDependencies,
  mode: "full" | "incremental",
  asOf: bigint,
): Promise<readonly MaterializedView[]> {
  const { views } = await materialize(dependencies, { mode, asOf });
  for (const { view, state, kind, whyFull, failure } of views) {
    if (state !== "published") throw new Error(`${view} was not published: ${failure?.message}`);
    if (kind !== mode) throw new Error(`${view} was to be ${mode} and is ${kind}: ${whyFull}`);
  }
  return views;
}

/** Checks that each view's incremental generation equals a full run at the same time. */
async function proveEqual(
  database: ReferenceDatabase,
  dependencies: MaterializeDependencies,
  asOf: bigint,
): Promise<void> {
  await measureRound(database, dependencies, asOf);
  const incremental = await tables(dependencies);
  await run(dependencies, "full", asOf + HOUR);
  for (const [view, table] of await tables(dependencies)) {
    await requireEqualTables(database.sql, incremental.get(view) ?? "", table, keyOf(view));
  }
}

async function tables({ registry }: MaterializeDependencies): Promise<ReadonlyMap<string, string>> {
  const { featureViews } = await registry.snapshot();
  return new Map(
    [...featureViews].flatMap(([name, { promoted, versions }]) => {
      const served = versions.get(promoted)?.served;
      return served ? [[name, `features.${quote(served.table)}`] as const] : [];
    }),
  );
}

/** Drops all indexes except those of primary keys. */
async function dropIndexes(sql: Sql): Promise<void> {
  const indexes = await sql<{ name: string }[]>`
    select indexrelid::regclass::text as name from pg_index
    where indrelid in ('tracks'::regclass, 'analysis_results'::regclass) and not indisprimary`;
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
}

/**
 * Adds copies of analyses, spread over the following hour. Each round copies the next newest of the original analyses, so
 * that the same few tracks do not grow from round to round.
 */
async function addAnalyses(sql: Sql, asOf: bigint, count: number, analyses: number): Promise<void> {
  const columns = await sql<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = 'analysis_results'::regclass and attnum > 0 and not attisdropped and attname not in ('id', 'created_at')`;
  const list = columns.map(({ name }) => quote(name)).join(", ");
  const from = `timestamptz '${instantText(asOf)}'`;
  await sql.unsafe(`insert into analysis_results (id, created_at, ${list})
    select (select max(id) from analysis_results) + number,
      ((${from} + number * interval '1 hour' / ${count + 1}) at time zone 'UTC'), ${list}
    from (
      select *, row_number() over () as number from (
        select * from analysis_results where id <= ${analyses} order by created_at desc, id limit ${count}
          offset (select count(*) from analysis_results where id > ${analyses})
      ) as next
    ) as newest`);
}

function figureOf(name: string, rounds: readonly Round[], bar: Figure["bar"]): Figure {
  const ours = measurement(rounds.map(({ incremental }) => incremental));
  const full = measurement(rounds.map((round) => round.full));
  const shares = rounds.map(({ recomputed }) => `${(100 * recomputed).toFixed(1)} %`);
  return {
    name: `${name} (${shares.join(", ")} of the entities computed)`,
    unit: "ms",
    ours,
    floorName: "the full runs",
    floor: full,
    ratio: ratioOf(ours, full),
    bar,
    notes: { rounds },
  };
}
