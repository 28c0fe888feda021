import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCOPES } from "../../server/src/core/scopes";
import { createPostgresDatabase } from "../../server/src/database/postgres-database";
import { onlySecret } from "../../server/src/keys/key-secrets";
import { createKeyStore } from "../../server/src/keys/key-store";
import { createKeyService } from "../../server/src/keys/keys";
import { type ServerProcess, startServer } from "./child-process";
import { featstore, featstoreCommand } from "./featstore-cli";
import type { Bar, Figure } from "./figure";
import { drive, type LoadResult } from "./load";
import { measurement, ratioOf } from "./measurement";
import type { Options } from "./options";
import { randomNumbers } from "./random-numbers";
import { recordAnswers } from "./recorded-answers";
import type { ReferenceDatabase } from "./reference-database";
import { writeRequests } from "./requests-file";

const bare = join(import.meta.dirname, "../floors/http/bare.mjs");
/** A service of the domain's tracks. */
export const SERVICE = "hit_predictor";
const BATCH = 100;
const REQUESTS = 20_000;
/** The text in `/health` once no read needs PostgreSQL. */
export const HELD = "holds every served view";
const HELD_DEADLINE_MS = 300_000;

/** A kind of request: ours and the floor get the same list. */
interface Workload {
  readonly name: string;
  readonly requestsFile: string;
  readonly bar: Bar;
  readonly ours: Load[];
  readonly floor: Load[];
}

export interface Load extends LoadResult {
  /** Microseconds of the server's process; null if the platform does not report it. */
  readonly processorTimePerRequest: number | null;
}

/**
 * Measures single and batch reads over HTTP against a bare Hono route with precomputed answers. Ours checks keys, counts,
 * writes its access log to a file and keeps metrics; the floor does none of that.
 */
export async function measureServing(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "featstore-benchmark-"));
  const servers: ServerProcess[] = [];
  try {
    await featstore(["materialize"], database.environment);
    const keys = await createKeys(database, options.keys);
    const ids = (await database.sql<{ id: number }[]>`select id from tracks order by id`).map(({ id }) => id);
    report(`serving: ${ids.length} tracks, ${keys.length} keys`);
    const port = await freePort();
    const ours = await startServer({
      command: featstoreCommand("serve"),
      environment: servingEnvironment(database, folder, port),
      origin: `http://127.0.0.1:${port}`,
      firstRequest: { path: singlePath(ids[0] ?? 1), headers: { authorization: `Bearer ${keys[0]}` } },
      logFile: join(folder, "server.log"),
    });
    servers.push(ours);
    const memoryAfterStart = ours.memory();

    report("serving: waiting until memory holds every view");
    const heldAfterMs = await untilHeld(ours);
    report("serving: reading every answer, for the floor to have them ready");
    const data = join(folder, "answers.json");
    const recorded = await recordAnswers({
      origin: ours.origin,
      keys,
      ids,
      path: singlePath,
      service: SERVICE,
      file: data,
    });
    const floorPort = await freePort();
    const floor = await startServer({
      command: [process.execPath, bare, data],
      environment: { PORT: String(floorPort), NODE_ENV: "production" },
      origin: `http://127.0.0.1:${floorPort}`,
      firstRequest: { path: singlePath(ids[0] ?? 1), headers: {} },
      logFile: join(folder, "floor.log"),
    });
    servers.push(floor);
    const workloads = writeWorkloads(folder, ids, keys);
    await recorded.requireEqualAnswers(floor.origin, BATCH);

    for (const workload of workloads) {
      for (const server of [ours, floor]) await load(server, workload, options, Math.min(2, options.seconds));
    }
    for (let round = 0; round < options.rounds; round++) {
      for (const workload of workloads) {
        report(`serving: ${workload.name}, round ${round + 1} of ${options.rounds}`);
        const turns = [
          async () => workload.floor.push(await load(floor, workload, options, options.seconds)),
          async () => workload.ours.push(await load(ours, workload, options, options.seconds)),
        ];
        for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
      }
    }
    await recorded.requireEqualAnswers(ours.origin, BATCH);
    const figures = workloads.flatMap((workload) => figuresOf(workload, options, recorded.bytes));
    const memory = memoryFigure(
      "memory after load",
      ours.memory(),
      floor.memory(),
      "bare Hono with every answer in memory",
    );
    return [
      ...figures,
      { ...memory, notes: { "after start": memoryAfterStart, "every view held after, ms": heldAfterMs } },
    ];
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Configures the server under load as in production, with limits of organisations that the load does not reach. */
export function servingEnvironment(
  database: ReferenceDatabase,
  folder: string,
  port: number,
): Readonly<Record<string, string>> {
  const configuration = join(folder, "featstore.config.yaml");
  writeFileSync(
    configuration,
    'tiers: { levels: { free: { requests_per_second: 1000000, burst: 10000000, requests_per_month: 1000000000, resources: ["*"] } } }',
  );
  return {
    ...database.environment,
    FEATSTORE_CONFIG: configuration,
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: String(port),
    FEATSTORE_DATA_DIR: folder,
    FEATSTORE_LOG_LEVEL: "info",
    FEATSTORE_LOG_FILE: join(folder, "access.log"),
  };
}

export function singlePath(id: number): string {
  return `/api/features/${id}?service=${SERVICE}`;
}

/** Creates keys of ten organisations, so that both are limited and metered. */
export async function createKeys(database: ReferenceDatabase, count: number): Promise<readonly string[]> {
  const connection = createPostgresDatabase({ url: database.url });
  try {
    const organisations = [..."abcdefghij"].map((letter) => `org_${letter.repeat(16)}`);
    await database.sql`insert into featstore.organisations (id, name, tier)
      select id, id, 'free' from unnest(${organisations}::text[]) as id on conflict do nothing`;
    const service = createKeyService(
      createKeyStore(connection),
      onlySecret(database.environment.FEATSTORE_KEY_SECRET ?? ""),
    );
    const keys: string[] = [];
    for (let index = 0; index < count; index++) {
      const organisation = organisations[index % organisations.length] ?? null;
      keys.push((await service.create({ name: `benchmark ${index}`, scopes: SCOPES, organisation })).key);
    }
    return keys;
  } finally {
    await connection.close();
  }
}

export function memoryFigure(name: string, ours: number, floor: number, floorName: string): Figure {
  const [measured, floored] = [measurement([ours]), measurement([floor])];
  return {
    name,
    unit: "MiB",
    ours: measured,
    floorName,
    floor: floored,
    ratio: ratioOf(measured, floored),
    bar: null,
    notes: {},
  };
}

interface Health {
  readonly checks: { readonly online_store: { readonly detail: string } };
}

/** Waits until the views are in memory (before, PostgreSQL answers reads) and returns the milliseconds since the start. */
export async function untilHeld({ origin, startedAt }: ServerProcess): Promise<number> {
  for (;;) {
    const health = (await (await fetch(`${origin}/health`)).json()) as Health;
    if (health.checks.online_store.detail === HELD) return performance.now() - startedAt;
    if (performance.now() - startedAt > HELD_DEADLINE_MS)
      throw new Error(`Not every view is held: ${JSON.stringify(health)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Finds a free port. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

function writeWorkloads(folder: string, ids: readonly number[], keys: readonly string[]): readonly Workload[] {
  const random = randomNumbers(7);
  const pick = () => ids[Math.floor(random() * ids.length)] ?? 1;
  const workload = (name: string, bar: number, count: number, line: () => readonly string[]): Workload => {
    const requestsFile = join(folder, `${name}.tsv`);
    writeRequests(requestsFile, keys, count, line);
    return { name, requestsFile, bar: { kind: "at least", value: bar }, ours: [], floor: [] };
  };
  return [
    workload("single", 0.55, REQUESTS, () => ["GET", singlePath(pick())]),
    workload("batch", 0.6, REQUESTS / 10, () => {
      const body = { ids: Array.from({ length: BATCH }, pick), service: SERVICE };
      return ["POST", "/api/features/batch", JSON.stringify(body)];
    }),
  ];
}

/** Sends the workload's requests as fast as the server answers. Errors: any failed request. */
export async function load(
  server: Pick<ServerProcess, "origin" | "processorTime">,
  workload: Pick<Workload, "name" | "requestsFile">,
  options: Pick<Options, "connections">,
  seconds: number,
): Promise<Load> {
  const { requestsFile } = workload;
  const before = server.processorTime();
  const result = await drive({ origin: server.origin, requestsFile, connections: options.connections, seconds });
  const after = server.processorTime();
  if (result.failures > 0)
    throw new Error(`${workload.name}: ${result.failures} of ${result.requests} requests failed`);
  const processorTimePerRequest =
    before === null || after === null ? null : ((after - before) * 1000) / result.requests;
  return { ...result, processorTimePerRequest };
}

/** Computes requests per second and processor time per request, which is meaningful on a shared machine too. */
function figuresOf(workload: Workload, options: Options, bytes: Readonly<Record<string, number>>): readonly Figure[] {
  const name = workload.name === "batch" ? `batch of ${BATCH} reads` : "single read";
  const rate = (loads: readonly Load[]) => measurement(loads.map((result) => result.requestsPerSecond));
  const [ours, floor] = [rate(workload.ours), rate(workload.floor)];
  const latency = (loads: readonly Load[]) => loads.map(({ p50, p99 }) => ({ p50, p99 }));
  const throughput: Figure = {
    name,
    unit: "requests/s",
    ours,
    floorName: "bare Hono",
    floor,
    ratio: ratioOf(ours, floor),
    bar: workload.bar,
    notes: {
      connections: options.connections,
      seconds: options.seconds,
      "API keys": options.keys,
      "answer's bytes": bytes[workload.name],
      latency: { ours: latency(workload.ours), floor: latency(workload.floor) },
    },
  };
  const cost = (loads: readonly Load[]) =>
    loads.flatMap(({ processorTimePerRequest: time }) => (time === null ? [] : [time]));
  const [ourCost, floorCost] = [cost(workload.ours), cost(workload.floor)];
  if (ourCost.length === 0 || floorCost.length === 0) return [throughput];
  const [spent, floorSpent] = [measurement(ourCost), measurement(floorCost)];
  const processor: Figure = {
    name: `${name}, processor time`,
    unit: "µs",
    ours: spent,
    floorName: "bare Hono",
    floor: floorSpent,
    // Inverted, so that it reads like the throughput's ratio: the share of the floor's speed.
    ratio: ratioOf(floorSpent, spent),
    bar: null,
    notes: {},
  };
  return [throughput, processor];
}
