import { join } from "node:path";
import type { ServerProcess } from "../child-process";
import type { Figure } from "../figure";
import { measurement, ratioOf } from "../measurement";
import { randomNumbers } from "../random-numbers";
import { writeRequests } from "../requests-file";
import { type Load, load } from "../serving";
import { barOf } from "./bars";
import type { OnlineContext } from "./online-context";
import { peerService, peerSize } from "./peer-workload";
import { type ReadSelection, recordSelection, singlePathOf } from "./selection";
import { type Setup, startFeatstore, startFloor } from "./servers";
import { trackSelection } from "./track-reads";

const REQUESTS_WITH_ROWS = 20_000;
/** Until the hot code is compiled. */
const WARM_UP_SECONDS = 4;
/** Longer, until most of the entities are in the cache. */
const CACHE_WARM_UP_SECONDS = 8;

const NODE = "node:http";
const HONO = "bare Hono";
const BY_ENTITY = "bare Hono + ioredis";
const BY_BUCKET = "bare Hono + ioredis, rows in buckets";

interface Server {
  readonly name: string;
  readonly process: ServerProcess;
}

/** Measures requests per second of single and batch reads, from memory and from Redis, with the floors in the same rounds. */
export async function measureReadThroughput(context: OnlineContext): Promise<readonly Figure[]> {
  const { options } = context;
  const peerIds = Array.from({ length: peerSize(options.quick).entities }, (_, index) => index + 1);
  const peer = (features: number): ReadSelection => ({
    name: `${features} int64`,
    service: peerService(features),
    ids: peerIds,
  });
  const rows = [1, 10, 100, 500];
  return [
    ...(await measureSelection(context, peer(50), rows)),
    ...(await measureSelection(context, peer(250), rows)),
    ...(await measureSelection(context, trackSelection(context), [1, 100])),
  ];
}

async function measureSelection(
  context: OnlineContext,
  selection: ReadSelection,
  rowCounts: readonly number[],
): Promise<readonly Figure[]> {
  const { options, redis, report } = context;
  const servers: Server[] = [];
  const add = async (name: string, started: Promise<ServerProcess>): Promise<ServerProcess> => {
    const process = await started;
    servers.push({ name, process });
    return process;
  };
  const path = singlePathOf(selection, selection.ids[0] ?? 1);
  try {
    const memory = await add("memory", startFeatstore(context, { setup: "memory", path }));
    if (redis !== null) {
      await add("redis", startFeatstore(context, { setup: "redis", path }));
      await add("redis, cached", startFeatstore(context, { setup: "redis, cached", path }));
    }
    const { answers, file, formFile } = await recordSelection(context, selection, memory.origin);
    await add(NODE, startFloor(context, "online/node-http.mjs", file, path));
    await add(HONO, startFloor(context, "http/bare.mjs", file, path));
    if (redis !== null && formFile !== null) {
      const floor = (layout: string) =>
        startFloor(context, "online/hono-redis.mjs", formFile, path, { REDIS_URL: redis.url, LAYOUT: layout });
      await add(BY_ENTITY, floor("entity"));
      await add(BY_BUCKET, floor("bucket"));
    }
    const requireEqual = async () => {
      for (const { process } of servers)
        for (const count of rowCounts) await answers.requireEqualAnswers(process.origin, count);
    };
    await requireEqual();
    const figures: Figure[] = [];
    for (const count of rowCounts) {
      const workload = { name: `${count} × ${selection.name}`, requestsFile: requestsOf(context, selection, count) };
      report(`online: ${workload.name}, ${servers.length} servers, ${options.rounds} rounds`);
      const loads = new Map<string, Load[]>(servers.map(({ name }) => [name, []]));
      for (const { name, process } of servers) {
        const isCached = name === "memory" || name === "redis, cached";
        const seconds = isCached ? CACHE_WARM_UP_SECONDS : WARM_UP_SECONDS;
        await load(process, workload, options, options.quick ? 1 : seconds);
      }
      for (let round = 0; round < options.rounds; round++) {
        // Rotate the order, so that each server runs early and late.
        const turn = (round * 3) % servers.length;
        for (const { name, process } of [...servers.slice(turn), ...servers.slice(0, turn)])
          loads.get(name)?.push(await load(process, workload, options, options.seconds));
      }
      figures.push(...figuresOf(context, workload.name, loads));
    }
    await requireEqual();
    return figures;
  } finally {
    for (const { process } of servers) await process.stop();
  }
}

/** Writes requests with uniform ids over all entities and keys in turn. */
function requestsOf({ folder, keys }: OnlineContext, selection: ReadSelection, count: number): string {
  const random = randomNumbers(count);
  const { service, ids } = selection;
  const pick = () => ids[Math.floor(random() * ids.length)] ?? 1;
  const file = join(folder, `${service}-${count}.tsv`);
  writeRequests(file, keys, Math.max(500, Math.round(REQUESTS_WITH_ROWS / count)), () =>
    count === 1
      ? ["GET", singlePathOf(selection, pick())]
      : ["POST", "/api/features/batch", JSON.stringify({ ids: Array.from({ length: count }, pick), service })],
  );
  return file;
}

function figuresOf(
  { options }: OnlineContext,
  workload: string,
  loads: ReadonlyMap<string, readonly Load[]>,
): readonly Figure[] {
  const rate = (server: string) => measurement((loads.get(server) ?? []).map((each) => each.requestsPerSecond));
  const cost = (server: string) =>
    (loads.get(server) ?? []).flatMap(({ processorTimePerRequest: time }) => (time === null ? [] : [time]));
  const redisFloors = [BY_ENTITY, BY_BUCKET].filter((floor) => loads.has(floor));
  const fastest = redisFloors.sort((left, right) => rate(right).median - rate(left).median)[0];
  const figure = (setup: Setup, floorName: string): Figure => {
    const [ours, floor] = [rate(setup), rate(floorName)];
    const [name, group] = [`${workload}, ${setup}`, setup === "memory" ? "reads-memory" : "reads-redis"];
    return {
      name,
      unit: "requests/s",
      ours,
      floorName,
      floor,
      ratio: ratioOf(ours, floor),
      bar: barOf(group, name),
      plot: { group, label: name },
      notes: {
        connections: options.connections,
        seconds: options.seconds,
        latency: { ours: latency(loads.get(setup)), floor: latency(loads.get(floorName)) },
        all: Object.fromEntries(
          [...loads.keys()].map((each) => [
            each,
            { "requests/s": rate(each).rounds, "processor time, µs": cost(each).map(Math.round) },
          ]),
        ),
      },
    };
  };
  /** Computes the processor time per request, which is meaningful on a shared machine too. */
  const processor = (setup: Setup, floorName: string): readonly Figure[] => {
    if (cost(setup).length === 0 || cost(floorName).length === 0) return [];
    const [ours, floor] = [measurement(cost(setup)), measurement(cost(floorName))];
    const named = { name: `${workload}, ${setup}, processor time`, unit: "µs" as const, floorName, bar: null };
    // Inverted, so that it reads like the throughput's ratio: the share of the floor's speed.
    return [{ ...named, ours, floor, ratio: ratioOf(floor, ours), notes: {} }];
  };
  const figures = [figure("memory", HONO), ...processor("memory", HONO)];
  if (fastest !== undefined) {
    figures.push(figure("redis", fastest));
    figures.push(...processor("redis", fastest), figure("redis, cached", HONO));
  }
  const plain = measurement(rate(HONO).rounds);
  const node = rate(NODE);
  figures.push({
    name: `${workload}, ${HONO}`,
    unit: "requests/s",
    ours: plain,
    floorName: NODE,
    floor: node,
    ratio: ratioOf(plain, node),
    bar: null,
    plot: { group: "floors", label: workload },
    notes: {},
  });
  return figures;
}

function latency(loads: readonly Load[] | undefined): readonly { readonly p50: number; readonly p99: number }[] {
  return (loads ?? []).map(({ p50, p99 }) => ({ p50, p99 }));
}
