import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { type Load, load } from "../serving";
import { barOf } from "./bars";
import type { OnlineContext } from "./online-context";
import { hasSetting, startFeatstore } from "./servers";
import { singleReads, trackPath } from "./track-reads";

/** Two for the workers, one for the load generator. */
const CORES = 3;

/** Measures requests per second of two workers against one, for single reads from memory. */
export async function measureWorkers(context: OnlineContext): Promise<readonly Figure[]> {
  const { options, folder, report, skip } = context;
  if (!hasSetting("FEATSTORE_WORKERS")) {
    skip("workers", "this Featstore has no setting for them");
    return [];
  }
  const cores = availableParallelism();
  const path = trackPath(context);
  const one = await startFeatstore(context, { setup: "memory", path });
  try {
    const two = await startFeatstore(context, { setup: "memory", path, workers: 2 });
    try {
      const requestsFile = join(folder, "workers.tsv");
      singleReads(context, requestsFile);
      const workload = { name: "workers", requestsFile };
      const sides = [
        { server: one, loads: [] as Load[] },
        { server: two, loads: [] as Load[] },
      ];
      for (const { server } of sides) await load(server, workload, options, Math.min(3, options.seconds));
      for (let round = 0; round < options.rounds; round++) {
        report(`online: two workers beside one, round ${round + 1} of ${options.rounds}`);
        for (const { server, loads } of round % 2 === 0 ? sides : [...sides].reverse())
          loads.push(await load(server, workload, options, options.seconds));
      }
      const [ofOne = [], ofTwo = []] = sides.map(({ loads }) => loads);
      return figuresOf(ofOne, ofTwo, cores);
    } finally {
      await two.stop();
    }
  } finally {
    await one.stop();
  }
}

function figuresOf(one: readonly Load[], two: readonly Load[], cores: number): readonly Figure[] {
  const rate = (loads: readonly Load[]) => measurement(loads.map(({ requestsPerSecond }) => requestsPerSecond));
  const [ours, floor] = [rate(two), rate(one)];
  const shared = `${cores} cores for the workers, the load generator and all else`;
  const isFree = cores >= CORES;
  const throughput: Figure = {
    name: "two workers",
    unit: "requests/s",
    ours,
    floorName: "one worker",
    floor,
    ratio: ratioOf(ours, floor),
    // Without a core for the generator, throughput does not show the workers' speed.
    bar: isFree ? barOf("workers", "two workers") : null,
    plot: { group: "workers", label: "requests/s" },
    notes: { machine: shared },
  };
  const cost = (loads: readonly Load[]) =>
    loads.flatMap(({ processorTimePerRequest: time }) => (time === null ? [] : [time]));
  if (cost(one).length === 0 || cost(two).length === 0) return [throughput];
  const perSecond = (loads: readonly Load[], workers: number) =>
    measurement(cost(loads).map((microseconds) => (workers * 1e6) / microseconds));
  const [possible, single] = [perSecond(two, 2), perSecond(one, 1)];
  const inferred: Figure = {
    name: "two workers, each with a core of its own",
    unit: "requests/s",
    ours: possible,
    floorName: "one worker",
    floor: single,
    ratio: ratioOf(possible, single),
    bar: isFree ? null : barOf("workers", "two workers"),
    plot: { group: "workers", label: "requests/s of processor time" },
    notes: { machine: shared, how: "workers ÷ processor time of a request, all processes of the server counted" },
  };
  return [throughput, inferred];
}
