import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ServerProcess, startServer } from "../child-process";
import { featstore, featstoreCommand } from "../featstore-cli";
import type { Figure } from "../figure";
import { measurement } from "../measurement";
import { driveAtRate } from "../online/constant-rate";
import { type ClientRequest, readRequests } from "../online/http-client";
import { quantile } from "../online/quantiles";
import { randomNumbers } from "../random-numbers";
import { writeRequests } from "../requests-file";
import { createKeys, freePort, servingEnvironment, untilHeld } from "../serving";
import { listening } from "./computed-view";
import { type EngineRun, figureOf } from "./engine-run";
import { writeSettings } from "./listening-database";
import { AS_OF, type LakeSize } from "./plays-lake";

const BAR = { kind: "at most", value: 2 } as const;
const VIEW = listening.inFiles.name;
const BATCH = 100;
const REQUESTS = 2_000;
/** Requests a second. */
const RATES = { single: 200, batch: 50 } as const;
/** Servers notice a publication within a second. */
const SEEN_MS = 1_500;

interface Load {
  readonly name: string;
  readonly rate: number;
  readonly requests: readonly ClientRequest[];
}

/** The rounds' p99 of one load, and how long the runs took. */
interface Latencies {
  readonly load: Load;
  readonly threads: number;
  readonly quiet: number[];
  readonly busy: number[];
  readonly lasted: number[];
}

/** Measures p99 of reads of a served view while a run of the engine computes the same view in another process and loads its rows. */
export async function measureReads(run: EngineRun, size: LakeSize): Promise<readonly Figure[]> {
  const { database, options, report, limits } = run;
  const folder = join(run.folder, "reads");
  mkdirSync(folder);
  const environmentOf = (threads: number) => ({
    ...run.environment,
    FEATSTORE_CONFIG: writeSettings(join(folder, `engine-${threads}.yaml`), run.folder, { ...limits, threads }),
  });
  // A command that this process watches would delay the load, which comes from this process too.
  const materialize = (threads: number) => featstore(["materialize", VIEW, "--as-of", AS_OF], environmentOf(threads));
  await materialize(limits.threads);
  const loads = writeLoads(folder, await createKeys(database, options.keys), size.listeners);
  const server = await startReader(run, folder, loads);
  try {
    const seconds = options.quick ? 1 : options.seconds * 2;
    const p99 = async ({ requests, rate }: Load, until?: Promise<unknown>): Promise<number> =>
      quantile(await driveAtRate({ origin: server.origin, requests, rate, seconds, ...(until && { until }) }), 0.99);
    const measured = [...new Set([limits.threads, 1])].flatMap((threads) =>
      loads.map((load): Latencies => ({ load, threads, quiet: [], busy: [], lasted: [] })),
    );
    for (const load of loads) await p99(load);
    for (let round = 1; round <= options.rounds; round++) {
      report(`engines: reads during runs, round ${round} of ${options.rounds}`);
      for (const { load, threads, quiet, busy, lasted } of measured) {
        quiet.push(await p99(load));
        const begun = performance.now();
        const materialized = materialize(threads).then(() => void lasted.push(performance.now() - begun));
        const [during] = await Promise.all([p99(load, materialized), materialized]);
        busy.push(during);
        await new Promise((resolve) => setTimeout(resolve, SEEN_MS));
        await untilHeld({ ...server, startedAt: begun });
      }
    }
    return measured.map(readsFigure);
  } finally {
    await server.stop();
  }
}

/** Starts a server that holds the view in memory. It has settings of its own, without engines. */
async function startReader({ database }: EngineRun, folder: string, loads: readonly Load[]): Promise<ServerProcess> {
  const port = await freePort();
  const [first] = loads.flatMap(({ requests }) => requests);
  const server = await startServer({
    command: featstoreCommand("serve"),
    environment: {
      ...servingEnvironment(database, folder, port),
      ...{ REDIS_URL: "", FEATSTORE_ONLINE_STORE: "memory", FEATSTORE_ONLINE_STORE_MEMORY_MB: "4096" },
    },
    origin: `http://127.0.0.1:${port}`,
    firstRequest: { path: first?.path ?? "/", headers: first?.headers ?? {} },
    logFile: join(folder, "server.log"),
  });
  try {
    await untilHeld(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

function writeLoads(folder: string, keys: readonly string[], listeners: number): readonly Load[] {
  const random = randomNumbers(17);
  const pick = () => 1 + Math.floor(random() * listeners);
  const load = (name: string, rate: number, line: () => readonly string[]): Load => {
    const file = join(folder, `${name}.tsv`);
    writeRequests(file, keys, REQUESTS, line);
    return { name, rate, requests: readRequests(file) };
  };
  return [
    load("single reads", RATES.single, () => ["GET", `/api/features/${pick()}?features=${VIEW}`]),
    load(`batches of ${BATCH} reads`, RATES.batch, () => {
      const body = { ids: Array.from({ length: BATCH }, pick), features: [VIEW] };
      return ["POST", "/api/features/batch", JSON.stringify(body)];
    }),
  ];
}

function readsFigure({ load, threads, quiet, busy, lasted }: Latencies): Figure {
  return figureOf({
    name: `p99 of ${load.name} during a run of a view of files, ${threads === 1 ? "1 thread" : `${threads} threads`}`,
    unit: "ms",
    ours: measurement(busy),
    floorName: "the same load without a run",
    floor: measurement(quiet),
    bar: BAR,
    notes: { "requests a second": load.rate, "runs, ms": lasted },
  });
}
