import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { listening } from "./computed-view";
import { type EngineRun, figureOf } from "./engine-run";
import type { LakeSize } from "./plays-lake";
import { makeEqualTrainingSets, makeTrainingSet } from "./training-sets";
import type { WatchedCommand } from "./watched-command";

/** The command's own memory; DuckDB's process has a setting of its own. */
const MEMORY_BAR = { kind: "at most", value: 300, of: "ours" } as const;

/** Measures a large training set on Spark once, and one that the other engines make as well. */
export async function measureCluster(
  { report, folder, limits, environment }: EngineRun,
  size: LakeSize,
): Promise<readonly Figure[]> {
  const sets = { ...limits, folder, environment };
  report(`engines: a training set of ${size.smallSpine} rows on Spark, DuckDB and PostgreSQL, compared value by value`);
  const { onCluster, inFiles, inTable } = listening;
  const [spark, duckdb] = await makeEqualTrainingSets(sets, [onCluster, inFiles, inTable]);
  if (spark === undefined || duckdb === undefined) throw new Error("Three training sets are made");
  report(`engines: a training set of ${size.spine} rows on Spark`);
  const large = await makeTrainingSet(sets, "large", onCluster);
  const floorName = `DuckDB, ${size.smallSpine} rows`;
  const speed = ({ milliseconds }: WatchedCommand, rows: number) => measurement([(rows / milliseconds) * 1000]);
  const memory = ({ ownMebibytes }: WatchedCommand) => measurement([ownMebibytes]);
  const floor = speed(duckdb, size.smallSpine);
  return [
    figureOf({
      name: `training set of ${size.smallSpine} rows on Spark, with labels`,
      unit: "rows/s",
      ours: speed(spark, size.smallSpine),
      floorName,
      floor,
      bar: null,
      notes: { milliseconds: spark.milliseconds },
    }),
    figureOf({
      name: `training set of ${size.spine} rows on Spark`,
      unit: "rows/s",
      ours: speed(large, size.spine),
      floorName,
      floor,
      bar: null,
      notes: {
        milliseconds: large.milliseconds,
        plans: large.manifest.views.map(({ plan, joined_rows: joinedRows }) => ({ plan, joinedRows })),
      },
    }),
    figureOf({
      name: `largest memory of the command itself, training set of ${size.spine} rows on Spark`,
      unit: "MiB",
      ours: memory(large),
      floorName,
      floor: memory(duckdb),
      bar: MEMORY_BAR,
      notes: { "DuckDB's process, MiB": large.childMebibytes },
    }),
  ];
}
