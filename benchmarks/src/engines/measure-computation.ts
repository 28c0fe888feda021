import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Bar, Figure } from "../figure";
import { measurement } from "../measurement";
import type { BareAnswer } from "./bare-duckdb";
import { requireEqualFiles } from "./compare-files";
import { type Computation, computeFloor, computeOurs, listeningFloors } from "./computed-view";
import { alternate, type EngineRun, figureOf } from "./engine-run";

const BAR = { kind: "at most", value: 1.25 } as const;

/** Measures the engine's computation of the view into its staging folder. */
export async function measureComputation({ options, report, folder, limits }: EngineRun): Promise<readonly Figure[]> {
  const floors = listeningFloors().map((floor) => ({ floor, answers: [] as BareAnswer[] }));
  report("engines: each hand-written statement once, compared row by row");
  await computeOurs(folder, limits);
  for (const { floor } of floors) {
    await computeFloor(folder, limits, floor);
    const compared = { ...limits, folder, by: ["listener_id"] };
    await requireEqualFiles({ ...compared, ours: "ours/rows/*.parquet", theirs: `${floor.strategy}/*.parquet` });
  }
  const ours: Computation[] = [];
  const own = async () => ours.push(await computeOurs(folder, limits));
  const others = async () => {
    for (const { floor, answers } of floors) answers.push(await computeFloor(folder, limits, floor));
  };
  await alternate(options, (round) => report(`engines: computing, round ${round} of ${options.rounds}`), own, others);
  for (const { floor } of floors) rmSync(join(folder, floor.strategy), { recursive: true, force: true });
  const figure = (name: string, time: "milliseconds" | "processorMs", bar: Bar | null): Figure => {
    const strategies = floors.map(({ floor, answers }) => ({
      name: floor.strategy,
      times: measurement(answers.map((answer) => answer[time])),
      "peaks, MiB": measurement(answers.map(({ peakMebibytes }) => peakMebibytes)),
    }));
    const [fastest] = [...strategies].sort((a, b) => a.times.median - b.times.median);
    if (fastest === undefined) throw new Error("There is no hand-written statement");
    const times = measurement(ours.map((each) => each[time]));
    const floor = { floorName: fastest.name, floor: fastest.times };
    return figureOf({ name, unit: "ms", ours: times, ...floor, bar, notes: { strategies } });
  };
  return [
    figure("compute a view of files into Parquet", "milliseconds", BAR),
    figure("processor time of computing it", "processorMs", null),
  ];
}
