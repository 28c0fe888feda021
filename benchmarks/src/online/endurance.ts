import { join } from "node:path";
import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { type ClientRequest, createHttpClient } from "./http-client";
import type { OnlineContext } from "./online-context";
import { mean } from "./quantiles";
import { type Setup, startFeatstore } from "./servers";
import { singleReads, trackPath } from "./track-reads";

/** Whether latency and memory stay where they are over 10⁵ single reads, each connection asking anew once it is answered. */
export async function measureEndurance(context: OnlineContext): Promise<readonly Figure[]> {
  const setups: readonly Setup[] = context.redis === null ? ["memory"] : ["memory", "redis"];
  const figures: Figure[] = [];
  for (const setup of setups) figures.push(...(await measureSetup(context, setup)));
  return figures;
}

async function measureSetup(context: OnlineContext, setup: Setup): Promise<readonly Figure[]> {
  const { options, folder, report } = context;
  const requests = options.quick ? 2_000 : 100_000;
  const part = requests / 10;
  const server = await startFeatstore(context, { setup, path: trackPath(context) });
  try {
    report(`online: ${requests} single reads, ${setup}`);
    const wanted = singleReads(context, join(folder, "endurance.tsv"));
    const drive = (from: number, count: number) => driveInTurn(server.origin, wanted, from, count, options.connections);
    await drive(0, part);
    const first = await drive(part, part);
    const firstMemory = server.memory();
    const middle = await drive(2 * part, requests - 2 * part);
    const last = await drive(requests, part);
    const lastMemory = server.memory();
    const flat = (name: string, unit: Figure["unit"], at: number, begun: number, bar: number): Figure => {
      const [ours, floor] = [measurement([at]), measurement([begun])];
      const ratio = ratioOf(ours, floor);
      return {
        name: `${name}, ${setup}`,
        unit,
        ours,
        floorName: `the first ${part}`,
        floor,
        ratio,
        bar: { kind: "at most", value: bar },
        plot: { group: "endurance", label: `${name}, ${setup}` },
        notes: { "requests in between": middle.length },
      };
    };
    return [
      flat(`mean latency of the last ${part} of ${requests}`, "ms", mean(last), mean(first), 1.05),
      flat(`resident memory after ${requests}`, "MiB", lastMemory, firstMemory, 1.1),
    ];
  } finally {
    await server.stop();
  }
}

/** Milliseconds of each request; so many connections, each with one request under way. */
async function driveInTurn(
  origin: string,
  requests: readonly ClientRequest[],
  from: number,
  count: number,
  connections: number,
): Promise<readonly number[]> {
  const client = createHttpClient(origin);
  const latencies: number[] = [];
  let next = 0;
  const connection = async () => {
    while (next < count) {
      const wanted = requests[(from + next++) % requests.length];
      if (wanted === undefined) return;
      const begun = performance.now();
      await client.send(wanted);
      latencies.push(performance.now() - begun);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, connection));
    return latencies;
  } finally {
    client.close();
  }
}
