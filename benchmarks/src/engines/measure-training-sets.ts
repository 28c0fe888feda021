import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { listening } from "./computed-view";
import { type EngineRun, figureOf } from "./engine-run";
import type { LakeSize } from "./plays-lake";
import { makeEqualTrainingSets, makeTrainingSet } from "./training-sets";
import type { WatchedCommand } from "./watched-command";

const MEMORY_BAR = { kind: "at most", value: 3072, of: "ours" } as const;

/** Measures a large training set once, and one that PostgreSQL makes as well. */
export async function measureTrainingSets(
  { report, folder, limits, environment }: EngineRun,
  size: LakeSize,
): Promise<readonly Figure[]> {
  const sets = { ...limits, folder, environment };
  report(`engines: a training set of ${size.smallSpine} rows on each engine, compared value by value`);
  const [duckdb, postgres] = await makeEqualTrainingSets(sets, [listening.inFiles, listening.inTable]);
  if (duckdb === undefined || postgres === undefined) throw new Error("Two training sets are made");
  report(`engines: a training set of ${size.spine} rows`);
  const large = await makeTrainingSet(sets, "large", listening.inFiles);
  const floorName = `PostgreSQL, ${size.smallSpine} rows`;
  const speed = ({ milliseconds }: WatchedCommand, rows: number) => measurement([(rows / milliseconds) * 1000]);
  const memory = ({ togetherMebibytes }: WatchedCommand) => measurement([togetherMebibytes]);
  const floor = speed(postgres, size.smallSpine);
  return [
    figureOf({
      name: `training set of ${size.smallSpine} rows on DuckDB, with labels`,
      unit: "rows/s",
      ours: speed(duckdb, size.smallSpine),
      floorName,
      floor,
      bar: null,
      notes: { processorMs: duckdb.processorMs },
    }),
    figureOf({
      name: `training set of ${size.spine} rows on DuckDB`,
      unit: "rows/s",
      ours: speed(large, size.spine),
      floorName,
      floor,
      bar: null,
      notes: {
        milliseconds: large.milliseconds,
        processorMs: large.processorMs,
        plans: large.manifest.views.map(({ plan, joined_rows: joinedRows }) => ({ plan, joinedRows })),
      },
    }),
    figureOf({
      name: `largest memory of the command and DuckDB together, training set of ${size.spine} rows`,
      unit: "MiB",
      ours: memory(large),
      floorName,
      floor: memory(postgres),
      bar: MEMORY_BAR,
      notes: { "DuckDB's process, MiB": large.childMebibytes },
    }),
  ];
}
