import { requireEqualTables } from "../compare-tables";
import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { alternate, type EngineRun, figureOf } from "./engine-run";
import { type Load, loadFloor, loadOurs } from "./load-rows";

const BAR = { kind: "at least", value: 0.7 } as const;

/** Measures the loading of the staged rows into PostgreSQL. */
export async function measureLoads(
  { database, options, report, folder, limits }: EngineRun,
  extensions: string,
): Promise<readonly Figure[]> {
  await database.sql.unsafe("create schema if not exists floors");
  const [ours, floor] = [
    { loads: [] as Load[], table: "floors.ours" },
    { loads: [] as Load[], table: "floors.bare" },
  ];
  const own = async () => ours.loads.push(await loadOurs({ database, folder, ...limits, table: ours.table }));
  const bare = async () =>
    floor.loads.push(await loadFloor({ database, folder, ...limits, table: floor.table }, extensions));
  report("engines: loading once each, compared row by row");
  await own();
  await bare();
  await requireEqualTables(database.sql, ours.table, floor.table, ["listener_id"]);
  for (const { loads } of [ours, floor]) loads.length = 0;
  await alternate(options, (round) => report(`engines: loading, round ${round} of ${options.rounds}`), own, bare);
  const [counted] = await database.sql.unsafe<{ rows: number }[]>(`select count(*)::int as rows from ${ours.table}`);
  const rows = counted?.rows ?? 0;
  await database.sql.unsafe(`drop table ${ours.table}, ${floor.table}`);
  const speed = ({ loads }: typeof ours) => measurement(loads.map(({ milliseconds }) => (rows / milliseconds) * 1000));
  const processor = ({ loads }: typeof ours) => measurement(loads.map(({ processorMs }) => processorMs ?? Number.NaN));
  const floorName = "DuckDB's binary COPY";
  const isKnown = [...ours.loads, ...floor.loads].every(({ processorMs }) => processorMs !== null);
  return [
    figureOf({
      name: "load staged rows into PostgreSQL",
      unit: "rows/s",
      ours: speed(ours),
      floorName,
      floor: speed(floor),
      bar: BAR,
      notes: { rows },
    }),
    ...(isKnown
      ? [
          figureOf({
            name: "processor time of loading, all processes",
            unit: "ms",
            ours: processor(ours),
            floorName,
            floor: processor(floor),
            bar: null,
            notes: { rows },
          }),
        ]
      : []),
  ];
}
