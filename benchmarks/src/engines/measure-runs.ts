import { requireEqualTables } from "../compare-tables";
import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { listening } from "./computed-view";
import { alternate, type EngineRun, figureOf } from "./engine-run";
import { AS_OF } from "./plays-lake";
import { type WatchedCommand, watchedCommand } from "./watched-command";

const MEMORY_BAR = { kind: "at most", value: 2048, of: "ours" } as const;

/** Measures whole runs by the command, with the largest memory of their processes. */
export async function measureRuns({
  database,
  options,
  report,
  folder,
  limits,
  environment,
}: EngineRun): Promise<readonly Figure[]> {
  const materialize = (view: string) =>
    watchedCommand(["materialize", view, "--as-of", AS_OF], { folder, environment });
  const duckdb: WatchedCommand[] = [];
  const postgres: WatchedCommand[] = [];
  const { inFiles, inTable } = listening;
  await alternate(
    options,
    (round) => report(`engines: materializing, round ${round} of ${options.rounds}`),
    async () => duckdb.push(await materialize(inFiles.name)),
    async () => postgres.push(await materialize(inTable.name)),
  );
  await requireEqualTables(database.sql, `features.${inFiles.name}_v1`, `features.${inTable.name}_v1`, ["listener_id"]);
  const processor = measurement(duckdb.map(({ processorMs }) => processorMs));
  const of = (runs: readonly WatchedCommand[], pick: (run: WatchedCommand) => number) => measurement(runs.map(pick));
  return [
    figureOf({
      name: "featstore materialize of a view of files",
      unit: "ms",
      ours: of(duckdb, ({ milliseconds }) => milliseconds),
      floorName: "the same view of a table, on PostgreSQL",
      floor: of(postgres, ({ milliseconds }) => milliseconds),
      bar: null,
      notes: { "processor time of the command and DuckDB, ms": processor },
    }),
    ...(["childMebibytes", "togetherMebibytes"] as const).map((which) =>
      figureOf({
        name: `largest memory of ${which === "childMebibytes" ? "DuckDB's process" : "the command and DuckDB together"}, materialize`,
        unit: "MiB",
        ours: of(duckdb, (run) => run[which]),
        floorName: "the command alone, on PostgreSQL",
        floor: of(postgres, ({ togetherMebibytes }) => togetherMebibytes),
        bar: MEMORY_BAR,
        notes: { "limit of DuckDB, MiB": limits.memoryMb },
      }),
    ),
  ];
}
