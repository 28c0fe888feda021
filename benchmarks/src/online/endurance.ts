import { join } from "node:path";
import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { barOf } from "./bars";
import { type ClientRequest, createHttpClient } from "./http-client";
import type { OnlineContext } from "./online-context";
import { mean } from "./quantiles";
import { type Setup, startFeatstore } from "./servers";
import { singleReads, trackPath } from "./track-reads";

/** Measures whether latency and memory stay stable over 10⁵ single reads; each connection sends one request at a time. */
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
    const reads = singleReads(context, join(folder, "endurance.tsv"));
    const drive = (from: number, count: number) => driveInTurn(server.origin, reads, from, count, options.connections);
    await drive(0, part);
    const first = await drive(part, part);
    const firstMemory = server.memory();
    const middle = await drive(2 * part, requests - 2 * part);
    const last = await drive(requests, part);
    const lastMemory = server.memory();
    const flat = (name: string, unit: Figure["unit"], at: number, begun: number): Figure => {
      const [ours, floor] = [measurement([at]), measurement([begun])];
      const ratio = ratioOf(ours, floor);
      return {
        name: `${name}, ${setup}`,
        unit,
        ours,
        floorName: `the first ${part}`,
        floor,
        ratio,
        bar: barOf("endurance", name),
        plot: { group: "endurance", label: `${name}, ${setup}` },
        notes: { "requests in between": middle.length },
      };
    };
    return [
      flat(`mean latency of the last ${part} of ${requests}`, "ms", mean(last), mean(first)),
      flat(`resident memory after ${requests}`, "MiB", lastMemory, firstMemory),
    ];
  } finally {
    await server.stop();
  }
}

/** Measures each request's milliseconds, with one request at a time per connection. */
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
      const request = requests[(from + next++) % requests.length];
      if (request === undefined) return;
      const begun = performance.now();
      await client.send(request);
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
