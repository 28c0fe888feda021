import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MaterializeDependencies } from "../../server/src/materialization/materialization";
import { materialize } from "../../server/src/materialization/materialize";
import { featstore } from "./featstore-cli";
import type { Figure } from "./figure";
import { withMaterializer } from "./materializer";
import { type Measurement, measurement, ratioOf, timed } from "./measurement";
import type { Options } from "./options";
import type { ReferenceDatabase, Sql } from "./reference-database";

const ENTITIES = 925;
const CHANGED = 900;
const ROWS = 12_800;
/** After all rows, and the same for all runs, so that no row leaves a window in between. */
const AS_OF = BigInt(Date.UTC(2026, 0, 10)) * 1000n;
const views = { single: "benchmark_single_key", composite: "benchmark_composite_key" } as const;

/**
 * Measures an incremental run of 900 of 925 entities whose key has two columns, of which one determines the other.
 * Compares with the same rows and the same 60 features by one of the columns, in the same rounds.
 */
export async function measureCompositeKeys(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  await createViews(database);
  return withMaterializer(database.url, async (dependencies) => {
    const rounds: Record<keyof typeof views, number>[] = [];
    const full: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      report(`incremental by a composite key: round ${round + 1} of ${options.rounds}`);
      // A second incremental run after a full one would have too many changes.
      full.push(await run(dependencies, views.composite, "full"));
      await run(dependencies, views.single, "full");
      await changeRows(database.sql);
      const order = round % 2 === 0 ? (["single", "composite"] as const) : (["composite", "single"] as const);
      const times = { single: 0, composite: 0 };
      for (const kind of order) times[kind] = await run(dependencies, views[kind], "incremental");
      rounds.push(times);
    }
    const ours = measurement(rounds.map(({ composite }) => composite));
    const figure = (floorName: string, floor: Measurement, bar: Figure["bar"]): Figure => {
      const name = `incremental run of ${CHANGED} keys of two columns, against ${floorName}`;
      return { name, unit: "ms", ours, floorName, floor, ratio: ratioOf(ours, floor), bar, notes: { rounds } };
    };
    const single = measurement(rounds.map((times) => times.single));
    return [
      figure("keys of one column", single, { kind: "at most", value: 2 }),
      figure("the full run", measurement(full), { kind: "at most", value: 3000, of: "ours" }),
    ];
  });
}

async function run(dependencies: MaterializeDependencies, view: string, mode: "full" | "incremental"): Promise<number> {
  const { result, milliseconds } = await timed(() => materialize(dependencies, { mode, views: [view], asOf: AS_OF }));
  const [done] = result.views;
  if (done?.state !== "published" || done.kind !== mode)
    throw new Error(`${view} was to be ${mode}: ${done?.failure?.message ?? done?.whyFull}`);
  if (mode === "incremental" && done.recomputed !== CHANGED)
    throw new Error(`${view} was to compute ${CHANGED} entities and computed ${done.recomputed}`);
  return milliseconds;
}

/** Corrects one row of each changed entity. */
async function changeRows(sql: Sql): Promise<void> {
  await sql.unsafe(`update benchmark_plays set seconds = seconds + 1 where id < ${CHANGED}`);
}

async function createViews({ sql, environment }: ReferenceDatabase): Promise<void> {
  await sql.unsafe(`
    create table benchmark_plays as
      select id, 'c' || id % ${ENTITIES} as country, id % ${ENTITIES} as song, id::float8 as seconds,
        timestamptz '2026-01-01Z' + id * interval '1 minute' as at
      from generate_series(0, ${ROWS - 1}) as id;
    create table benchmark_songs as select distinct country, song from benchmark_plays;
    create table benchmark_numbers as select song from benchmark_songs;
    alter table benchmark_plays add primary key (id);
    alter table benchmark_songs add primary key (country, song);
    alter table benchmark_numbers add primary key (song)`);
  for (const table of ["plays", "songs", "numbers"]) await sql.unsafe(`vacuum analyze benchmark_${table}`);
  const folder = mkdtempSync(join(tmpdir(), "featstore-benchmark-"));
  try {
    const file = join(folder, "index.ts");
    writeFileSync(file, definitions());
    await featstore(["apply"], { ...environment, FEATSTORE_DEFINITIONS: file });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two views of 60 features each. */
function definitions(): string {
  const features = Array.from({ length: 20 }, (_, index) => index + 1).map(
    (
      number,
    ) => `plays_${number}: count().over(days(${number})), average_${number}: avg(row.seconds).over(days(${number})),
      longest_${number}: max(row.seconds).over(days(${number})),`,
  );
  const view = (name: string, key: string, members: string): string => `
export const ${name} = featureView({
  name: "${name}",
  version: 1,
  entity: entity({ name: "${name}", key: ${key},
    from: source({ name: "${members}", table: "${members}", key: ${key}, history: "current", columns: {} }) }),
  from: source({ name: "${name}_plays", table: "benchmark_plays", key: ${key}, eventTime: "at", tieBreak: "id",
    history: "events", columns: { seconds: float64() } }),
  features: (row) => ({ ${features.join("\n")} }),
});`;
  return `import { avg, count, days, entity, featureView, float64, int32, max, source, string } from "@featstore/definitions";
${view(views.single, "{ song: int32() }", "benchmark_numbers")}
${view(views.composite, "{ country: string(), song: int32() }", "benchmark_songs")}
`;
}
