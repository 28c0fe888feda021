import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { requireEqualFiles } from "./compare-files";
import { computeFloor, computeOurs, listeningFloors } from "./computed-view";
import { alternate, type EngineRun, figureOf } from "./engine-run";

const BAR = { kind: "at most", value: 1.25 } as const;

/** Measures the engine's computation of the view into its staging folder. */
export async function measureComputation({ options, report, folder, limits }: EngineRun): Promise<readonly Figure[]> {
  const floors = listeningFloors().map((floor) => ({
    floor,
    milliseconds: [] as number[],
    peaks: [] as number[],
  }));
  report("engines: each hand-written statement once, compared row by row");
  await computeOurs(folder, limits);
  for (const { floor } of floors) {
    await computeFloor(folder, limits, floor);
    const compared = { ...limits, folder, by: ["listener_id"] };
    await requireEqualFiles({ ...compared, ours: "ours/rows/*.parquet", theirs: `${floor.strategy}/*.parquet` });
  }
  const ours: number[] = [];
  const own = async () => ours.push(await computeOurs(folder, limits));
  const others = async () => {
    for (const { floor, milliseconds, peaks } of floors) {
      const answer = await computeFloor(folder, limits, floor);
      milliseconds.push(answer.milliseconds);
      peaks.push(answer.peakMebibytes);
    }
  };
  await alternate(options, (round) => report(`engines: computing, round ${round} of ${options.rounds}`), own, others);
  for (const { floor } of floors) rmSync(join(folder, floor.strategy), { recursive: true, force: true });
  const strategies = floors.map(({ floor, milliseconds, peaks }) => ({
    name: floor.strategy,
    times: measurement(milliseconds),
    peaks: measurement(peaks),
  }));
  const [fastest] = [...strategies].sort((a, b) => a.times.median - b.times.median);
  if (fastest === undefined) throw new Error("There is no hand-written statement");
  const name = "compute a view of files into Parquet";
  return [
    figureOf({
      name,
      unit: "ms",
      ours: measurement(ours),
      floorName: fastest.name,
      floor: fastest.times,
      bar: BAR,
      notes: { strategies },
    }),
  ];
}
