import { join } from "node:path";
import type { ServerProcess } from "../child-process";
import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { load } from "../serving";
import type { OnlineContext } from "./online-context";
import { registerMoreViews } from "./peer-workload";
import { type ReadSelection, recordSelection } from "./selection";
import { startFeatstore, startFloor } from "./servers";
import { singleReads, trackPath } from "./track-reads";

const MORE = 100;

/**
 * Measures single reads before and after registering a hundred more views, each relative to a bare Hono route in the same
 * rounds, since before and after cannot alternate.
 */
export async function measureRegistryGrowth(context: OnlineContext): Promise<readonly Figure[]> {
  const { database, options, folder, report, ids } = context;
  const path = trackPath(context);
  const server = await startFeatstore(context, { setup: "memory", path });
  const stopped: ServerProcess[] = [server];
  try {
    const selection: ReadSelection = { name: "tracks", service: "hit_predictor", ids };
    const { file } = await recordSelection(context, selection, server.origin);
    const floor = await startFloor(context, "http/bare.mjs", file, path);
    stopped.push(floor);
    const requestsFile = join(folder, "registry.tsv");
    singleReads(context, requestsFile);
    const workload = { name: "registry", requestsFile };
    const shares = async (when: string): Promise<number[]> => {
      const each: number[] = [];
      for (const side of [server, floor]) await load(side, workload, options, Math.min(2, options.seconds));
      for (let round = 0; round < options.rounds; round++) {
        report(`online: single reads ${when} ${MORE} more views, round ${round + 1} of ${options.rounds}`);
        const ours = await load(server, workload, options, options.seconds);
        const bare = await load(floor, workload, options, options.seconds);
        each.push(ours.requestsPerSecond / bare.requestsPerSecond);
      }
      return each;
    };
    const before = measurement(await shares("before"));
    const revision = await revisionOf(server.origin);
    await registerMoreViews(database, folder, MORE);
    while ((await revisionOf(server.origin)) === revision) await new Promise((resolve) => setTimeout(resolve, 50));
    const after = measurement(await shares("after"));
    return [
      {
        name: `single read of bare Hono's, with ${MORE} more views`,
        unit: "of 1",
        ours: after,
        floorName: "before",
        floor: before,
        // By medians: rounds of before and after do not correspond.
        ratio: ratioOf(measurement([after.median]), measurement([before.median])),
        bar: null,
        plot: { group: "registry", label: "single read" },
        notes: {},
      },
    ];
  } finally {
    for (const each of stopped) await each.stop();
  }
}

async function revisionOf(origin: string): Promise<number> {
  const health = (await (await fetch(`${origin}/health`)).json()) as { readonly registry_revision: number };
  return health.registry_revision;
}
