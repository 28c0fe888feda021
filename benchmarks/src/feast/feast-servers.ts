import type { ServerProcess } from "../child-process";
import { startFeatstore } from "../online/servers";
import { type FeastContext, WORKERS } from "./feast-context";
import { RECOMMENDED_WORKERS, startFeast } from "./feast-server";
import { ourPath, PLAIN_SERVICE, SERVICE } from "./read-requests";

export interface RunningServer {
  readonly name: string;
  readonly process: ServerProcess;
  /** The service to read from Feast; null for Featstore. */
  readonly feastService: string | null;
}

export interface FeastServers {
  /** Featstore with Redis and without caches: every read reads Redis, as Feast's do. */
  readonly ours: RunningServer;
  /** Featstore as it is by default, with a cache of rows from Redis. */
  readonly ourDefault: RunningServer;
  /** Feast with as many workers as Featstore. */
  readonly feast: RunningServer;
  /** Other setups of Feast. */
  readonly others: readonly RunningServer[];
  readonly all: readonly RunningServer[];
  stop(): Promise<void>;
}

/** Starts both products with the same number of workers, and Feast also with as many as its documentation recommends. */
export async function startServers(context: FeastContext): Promise<FeastServers> {
  const { repository } = context;
  const started: ServerProcess[] = [];
  const stop = async () => {
    for (const process of started) await process.stop();
  };
  const start = async (starting: Promise<ServerProcess>): Promise<ServerProcess> => {
    const process = await starting;
    started.push(process);
    return process;
  };
  try {
    const path = ourPath(1);
    // Feast has no deadline: a delayed read counts with its latency on both sides, not as a failure of one.
    const environment = { FEATSTORE_READ_DEADLINE_MS: "10000" };
    const featstore = (name: string, setup: "redis" | "redis, cached") =>
      start(startFeatstore(context, { setup, path, workers: WORKERS, environment })).then(
        (process): RunningServer => ({ name, process, feastService: null }),
      );
    const ours = await featstore("Featstore, no cache", "redis");
    const ourDefault = await featstore("Featstore", "redis, cached");
    const process = await start(startFeast(repository, WORKERS));
    const feast = { name: "Feast", process, feastService: SERVICE };
    const more = await start(startFeast(repository, RECOMMENDED_WORKERS));
    const others = [
      { name: `${RECOMMENDED_WORKERS} workers`, process: more, feastService: SERVICE },
      { name: "no precomputed vectors", process, feastService: PLAIN_SERVICE },
    ];
    return { ours, ourDefault, feast, others, all: [ours, ourDefault, feast, ...others], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
