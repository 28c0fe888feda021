import { join } from "node:path";
import type { ServerProcess } from "../child-process";
import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { randomNumbers } from "../random-numbers";
import { writeRequests } from "../requests-file";
import { barOf } from "./bars";
import { driveAtRate } from "./constant-rate";
import { readRequests } from "./http-client";
import type { OnlineContext } from "./online-context";
import { peerService, peerSize } from "./peer-workload";
import { quantile } from "./quantiles";
import { type ReadSelection, recordSelection, singlePathOf } from "./selection";
import { type Setup, startFeatstore, startFloor } from "./servers";

const RATE = 50;
const ROWS = 100;

/** Measures p50 and p99 of batches of 100 × 50 int64 at 50 requests per second, with a floor under the same load. */
export async function measureLatency(context: OnlineContext): Promise<readonly Figure[]> {
  const { options, redis, folder, keys, report } = context;
  const ids = Array.from({ length: peerSize(options.quick).entities }, (_, index) => index + 1);
  const selection: ReadSelection = { name: "50 int64", service: peerService(50), ids };
  const path = singlePathOf(selection, 1);
  const setups: readonly Setup[] = redis === null ? ["memory"] : ["memory", "redis", "redis, cached"];
  const servers: { readonly name: string; readonly process: ServerProcess }[] = [];
  try {
    for (const setup of setups) servers.push({ name: setup, process: await startFeatstore(context, { setup, path }) });
    const { answers, file, formFile } = await recordSelection(context, selection, servers[0]?.process.origin ?? "");
    servers.push({ name: "bare Hono", process: await startFloor(context, "http/bare.mjs", file, path) });
    if (redis !== null && formFile !== null) {
      const environment = { REDIS_URL: redis.url, LAYOUT: "entity" };
      const floor = await startFloor(context, "online/hono-redis.mjs", formFile, path, environment);
      servers.push({ name: "bare Hono + ioredis", process: floor });
    }
    const random = randomNumbers(11);
    const requestsFile = join(folder, "latency.tsv");
    writeRequests(requestsFile, keys, 2_000, () => {
      const batch = Array.from({ length: ROWS }, () => ids[Math.floor(random() * ids.length)] ?? 1);
      return ["POST", "/api/features/batch", JSON.stringify({ ids: batch, service: selection.service })];
    });
    const requests = readRequests(requestsFile);
    const seconds = options.quick ? 1 : options.seconds * 4;
    const rounds = new Map<string, { readonly p50: number[]; readonly p99: number[] }>();
    for (const { name, process } of servers) {
      await answers.requireEqualAnswers(process.origin, ROWS);
      // Warm up, as on a server that has been running for a while.
      await driveAtRate({ origin: process.origin, requests, rate: RATE * 4, seconds: options.quick ? 0.5 : 5 });
      rounds.set(name, { p50: [], p99: [] });
    }
    for (let round = 0; round < options.rounds; round++) {
      report(`online: ${ROWS} × 50 at ${RATE} requests/s, round ${round + 1} of ${options.rounds}`);
      for (const { name, process } of round % 2 === 0 ? servers : [...servers].reverse()) {
        const latencies = await driveAtRate({ origin: process.origin, requests, rate: RATE, seconds });
        rounds.get(name)?.p50.push(quantile(latencies, 0.5));
        rounds.get(name)?.p99.push(quantile(latencies, 0.99));
      }
    }
    return setups.flatMap((setup) =>
      (["p50", "p99"] as const).map((share): Figure => {
        const floorName = setup === "redis" ? "bare Hono + ioredis" : "bare Hono";
        const ours = measurement(rounds.get(setup)?.[share] ?? []);
        const floor = measurement(rounds.get(floorName)?.[share] ?? []);
        const name = `${share} of ${ROWS} × 50 at ${RATE}/s, ${setup}`;
        return {
          name,
          unit: "ms",
          ours,
          floorName,
          floor,
          ratio: ratioOf(ours, floor),
          bar: barOf("latency", name),
          plot: { group: "latency", label: `${share}, ${setup}` },
          notes: { "requests a round": RATE * seconds },
        };
      }),
    );
  } finally {
    for (const { process } of servers) await process.stop();
  }
}
