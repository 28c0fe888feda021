import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { driveAtRate } from "./constant-rate";
import { createOwnKey, type OnlineContext } from "./online-context";
import { quantile } from "./quantiles";
import { recordSelection } from "./selection";
import { startFeatstore, startFloor } from "./servers";
import { singleReads, trackPath, trackSelection } from "./track-reads";

const RATE = 200;
const DATASET = "/api/datasets/content_intelligence";
const POLL_MS = 100;

interface Build {
  readonly id: string;
  readonly state: "running" | "finished" | "failed";
  readonly failure: { readonly detail: string } | null;
}

/**
 * Measures p99 of single reads while the same server builds a snapshot of all tracks, and that of a bare Hono route while
 * the server builds it again.
 */
export async function measureSnapshot(context: OnlineContext): Promise<readonly Figure[]> {
  const { options, folder, report } = context;
  const path = trackPath(context);
  const server = await startFeatstore(context, { setup: "memory", path });
  const servers = [server];
  try {
    const { file } = await recordSelection(context, trackSelection(context), server.origin);
    const floor = await startFloor(context, "http/bare.mjs", file, path);
    servers.push(floor);
    const requests = singleReads(context, join(folder, "snapshot.tsv"));
    const headers = { authorization: `Bearer ${await createOwnKey(context.database)}` };
    const send = async (target: string, method = "GET"): Promise<Build> => {
      const response = await fetch(`${server.origin}${target}`, { method, headers });
      if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`);
      return (await response.json()) as Build;
    };
    const lasted: number[] = [];
    const build = async (): Promise<void> => {
      const begun = performance.now();
      let job = await send(`${DATASET}/snapshots`, "POST");
      while (job.state === "running") {
        await pause(POLL_MS);
        job = await send(`${DATASET}/builds/${job.id}`);
      }
      if (job.state === "failed") throw new Error(`the build failed: ${job.failure?.detail}`);
      lasted.push(performance.now() - begun);
    };
    const p99WhileBuilding = async (origin: string): Promise<number> => {
      const building = build();
      const [latencies] = await Promise.all([
        driveAtRate({ origin, requests, rate: RATE, seconds: 1, until: building }),
        building,
      ]);
      return quantile(latencies, 0.99);
    };
    for (const { origin } of servers) await driveAtRate({ origin, requests, rate: RATE, seconds: 1 });
    await build();
    const latencies = { ours: [] as number[], floor: [] as number[] };
    for (let round = 0; round < options.rounds; round++) {
      report(`online: reads while a snapshot is built, round ${round + 1} of ${options.rounds}`);
      latencies.ours.push(await p99WhileBuilding(server.origin));
      latencies.floor.push(await p99WhileBuilding(floor.origin));
    }
    const [ours, bare] = [measurement(latencies.ours), measurement(latencies.floor)];
    return [
      {
        name: "p99 of single reads while a snapshot is built, memory",
        unit: "ms",
        ...{ ours, floorName: "a bare Hono route meanwhile", floor: bare, ratio: ratioOf(ours, bare) },
        bar: { kind: "at most", value: 2 },
        notes: { "requests a second": RATE, "builds, ms": lasted },
      },
    ];
  } finally {
    for (const each of servers) await each.stop();
  }
}
